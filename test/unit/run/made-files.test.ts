import { expect, test } from 'vitest';
import type { RunItem } from '../../../src/ledger/run-items.ts';
import { type MakingStep, madeFiles, namedFiles } from '../../../src/run/made-files.ts';
import { uuidOf } from '../../support/file-json.ts';

const STEP: MakingStep = {
  id: 'copy',
  index: 0,
  keys: ['file'],
  publicKey: 'demopublickey',
  project: undefined,
  doubt: null,
};

/** An item with this outcome of its only step. */
function itemWith(outcome: object, key: string = uuidOf(1)): RunItem {
  return { record: { key }, outcomes: [{ step: 0, ...outcome }] } as unknown as RunItem;
}

test('a step made the file that it names if it is done, or failed after it had made the file', () => {
  const result = { file: uuidOf(2) };
  expect(madeFiles(itemWith({ state: 'done', result }), STEP)).toEqual([uuidOf(2)]);
  expect(madeFiles(itemWith({ state: 'failed', result: { made: result } }), STEP)).toEqual([
    uuidOf(2),
  ]);
});

test.each([
  { state: 'skipped', reason: 'done before', result: { file: uuidOf(2) } },
  { state: 'failed', result: { file: uuidOf(2) } },
  { state: 'in-doubt', result: { made: { file: uuidOf(2) } } },
  { state: 'done', result: null },
  { state: 'done', result: { file: 'not a UUID' } },
  { state: 'done', step: 1, result: { file: uuidOf(2) } },
])('%j names no file that the step made', (outcome) => {
  expect(madeFiles(itemWith(outcome), STEP)).toEqual([]);
});

test('the file of the item itself is never a file that the run made', () => {
  const same = itemWith({ state: 'done', result: { file: uuidOf(1) } }, uuidOf(1).toUpperCase());
  expect(madeFiles(same, STEP)).toEqual([]);
});

test('a file that may be older than the run is named, but not taken', () => {
  const item = itemWith({ state: 'done', result: { file: uuidOf(2) } });
  for (const doubt of ['reuse', 'own-code'] as const) {
    expect(madeFiles(item, { ...STEP, doubt })).toEqual([]);
    expect(namedFiles(item, { ...STEP, doubt })).toEqual([uuidOf(2)]);
  }
});
