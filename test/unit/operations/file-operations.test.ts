import { expect, test } from 'vitest';
import type { Item } from '../../../src/core/item.ts';
import { copyToRemoteOperation } from '../../../src/operations/copy-to-remote-operation.ts';
import { deleteOperation } from '../../../src/operations/delete-operation.ts';
import type { IntentPermit } from '../../../src/operations/operation.ts';
import { storeOperation } from '../../../src/operations/store-operation.ts';
import type { FilesApi } from '../../../src/uploadcare/files-api.ts';
import type { BatchAnswer } from '../../../src/uploadcare/wire/batch-answer.ts';
import { someItem } from '../../support/engine-bench.ts';
import { uuidOf } from '../../support/file-json.ts';

const PERMIT: IntentPermit = {
  beforeSend: async () => undefined,
  keepBaseline: () => undefined,
  signal: new AbortController().signal,
};
const MISSING = 'Missing in the project';
const item = (number: number, facts: Partial<Item> = {}) =>
  someItem({ seq: number, key: uuidOf(number), ...facts });
const file = (number: number, at: { storedAt?: number; removedAt?: number } = {}) => ({
  uuid: uuidOf(number),
  storedAt: at.storedAt ?? null,
  removedAt: at.removedAt ?? null,
});
const answer = (
  files: BatchAnswer['files'],
  problems: Readonly<Record<number, string>> = {},
): BatchAnswer => ({
  files,
  problems: new Map(
    Object.entries(problems).map(([number, text]) => [uuidOf(Number(number)), text]),
  ),
});

function deleting(given: BatchAnswer) {
  return deleteOperation({ deleteBatch: async () => given } as unknown as FilesApi);
}

function storing(given: BatchAnswer) {
  return storeOperation({ storeBatch: async () => given } as unknown as FilesApi);
}

test('answers are matched by UUID, whatever their order', async () => {
  const operation = deleting(
    answer([file(3, { removedAt: 1 }), file(1, { removedAt: 1 })], { 2: 'No.' }),
  );
  expect(await operation.runChunk([item(1), item(2), item(3)], PERMIT)).toEqual(
    new Map([
      [uuidOf(1), { kind: 'done' }],
      [uuidOf(2), { kind: 'failed', failure: { code: 'problem', message: 'No.' } }],
      [uuidOf(3), { kind: 'done' }],
    ]),
  );
});

test('a file that is missing without a request of ours before was gone, after one of ours we deleted it', async () => {
  const operation = deleting(answer([], { 1: MISSING, 2: MISSING }));
  const outcomes = await operation.runChunk(
    [item(1), item(2, { openSends: 1, sentAt: 5 })],
    PERMIT,
  );
  expect(outcomes.get(uuidOf(1))).toEqual({ kind: 'skipped', reason: 'gone' });
  expect(outcomes.get(uuidOf(2))).toEqual({ kind: 'done' });
});

test('a file that the answer has, but not as it was asked for, has no outcome', async () => {
  expect((await deleting(answer([file(1)])).runChunk([item(1)], PERMIT)).size).toBe(0);
  expect((await storing(answer([file(1)])).runChunk([item(1)], PERMIT)).size).toBe(0);
});

test('a file that is missing when it is to be stored has expired', async () => {
  const operation = storing(answer([file(2, { storedAt: 9 })], { 1: MISSING }));
  const outcomes = await operation.runChunk([item(1), item(2)], PERMIT);
  expect(outcomes.get(uuidOf(1))).toEqual({ kind: 'skipped', reason: 'expired' });
  expect(outcomes.get(uuidOf(2))).toEqual({ kind: 'done' });
});

test('an answer about files that were not asked for changes nothing', async () => {
  const operation = deleting(answer([file(9, { removedAt: 1 })], { 8: MISSING }));
  expect((await operation.runChunk([item(1)], PERMIT)).size).toBe(0);
});

test.each([
  { kind: 'copied', openSends: 0, outcome: { kind: 'done', result: { url: 's3://b/1' } } },
  { kind: 'existed', openSends: 0, outcome: { kind: 'skipped', reason: 'exists' } },
  { kind: 'existed', openSends: 1, outcome: { kind: 'done', result: { url: 's3://b/1' } } },
] as const)('a copy that $kind after $openSends lost answers is $outcome.kind', async (row) => {
  const files = {
    remoteCopy: async () => ({ kind: row.kind, url: 's3://b/1' }),
  } as unknown as FilesApi;
  const options = { target: 'b', pattern: 'x', makePublic: true, allowNameCollisions: false };
  const operation = copyToRemoteOperation(files, options);
  expect(await operation.runItem(item(1, { openSends: row.openSends }), PERMIT)).toEqual(
    row.outcome,
  );
});

test('operations say of themselves what the engine has to know', () => {
  const files = {} as FilesApi;
  const copy = (allowNameCollisions: boolean) =>
    copyToRemoteOperation(files, {
      target: 'b',
      pattern: 'x',
      makePublic: true,
      allowNameCollisions,
    });
  expect(deleteOperation(files)).toMatchObject({
    destructive: true,
    changesListing: true,
    chunkSize: 100,
  });
  expect(deleteOperation(files).doubt.class).toBe('idempotent');
  expect(storeOperation(files)).toMatchObject({ destructive: false, changesListing: true });
  expect(copy(false)).toMatchObject({
    changesListing: false,
    doubt: { class: 'detectable', probe: 'replay' },
  });
  expect(copy(true).doubt.class).toBe('undetectable');
});
