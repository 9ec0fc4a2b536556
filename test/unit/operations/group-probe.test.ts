import { expect, test } from 'vitest';
import { createGroupOperation } from '../../../src/operations/create-group-operation.ts';
import { someItem } from '../../support/engine-bench.ts';
import { uuidOf } from '../../support/file-json.ts';

const SENT_AT = Date.UTC(2026, 10, 22);
const SECOND = 1000;

interface Group {
  readonly id: string;
  /** Since the request, ms. */
  readonly after: number;
  readonly files: readonly (number | string | null)[];
}

/** What the probe says of a group of the files 1, 2 and 3 that was asked for, among these groups. */
async function verdictOn(groups: readonly Group[], isKept = true) {
  const read: string[] = [];
  const facts = groups.map(({ id, after, files }) => {
    return { id, createdAt: SENT_AT + after, filesCount: files.length };
  });
  const api = {
    listPage: async () => ({ groups: facts, next: null }),
    details: async (asked: string) => {
      read.push(asked);
      const place = groups.findIndex(({ id }) => id === asked);
      return { ...facts[place], files: groups[place]!.files.map(fileOf) };
    },
  };
  const { doubt } = createGroupOperation({ groups: api, uploaded: {} } as never, { size: 100 });
  if (doubt.class !== 'detectable' || doubt.probe === 'replay') throw new Error('Not looked up');
  const baseline = isKept ? { files: [uuidOf(1), uuidOf(2), uuidOf(3)] } : null;
  const item = someItem({
    key: uuidOf(2),
    openSends: 1,
    sentAt: SENT_AT,
    intent: { id: 1, baseline },
  });
  const verdict = await doubt.probe(item, new AbortController().signal);
  return { verdict, read };
}

/** A number is a file as it is, `2/…` one with an operation, null a purged one. */
function fileOf(member: number | string | null) {
  if (member === null) return null;
  const [number, defaultEffects = ''] = String(member).split('/');
  return { uuid: uuidOf(Number(number)), defaultEffects };
}

function found(group: string) {
  return { kind: 'happened', outcome: { kind: 'done', result: { group } } };
}

test.each([
  { what: 'has the file among others', files: [2] },
  { what: 'has the files in another order', files: [1, 3, 2] },
  { what: 'has one file more', files: [1, 2, 3, 4] },
  { what: 'has one of them twice', files: [1, 2, 2] },
  { what: 'has one of them with an operation', files: [1, '2/resize', 3] },
  { what: 'has a purged file', files: [1, null, 3] },
])('a group that $what is not ours', async ({ files }) => {
  const { verdict } = await verdictOn([{ id: 'other', after: SECOND, files }]);
  expect(verdict).toEqual({ kind: 'did-not-happen' });
});

test('of several groups of exactly these files the newest is ours', async () => {
  const files = [1, 2, 3];
  const { verdict } = await verdictOn([
    { id: 'foreign', after: 3 * SECOND, files: [1, 2, 4] },
    { id: 'newest', after: 2 * SECOND, files },
    { id: 'older', after: SECOND, files },
  ]);
  expect(verdict).toEqual(found('newest'));
});

test('a group that is older than the request is not ours, and ends the look', async () => {
  const files = [1, 2, 3];
  const { verdict, read } = await verdictOn([
    { id: 'old', after: -6 * SECOND, files },
    { id: 'older', after: -7 * SECOND, files },
  ]);
  expect(verdict).toEqual({ kind: 'did-not-happen' });
  expect(read).toEqual([]);
});

test('our clock may be a little fast: a group from just before the request is ours', async () => {
  const { verdict } = await verdictOn([{ id: 'ours', after: -4 * SECOND, files: [1, 2, 3] }]);
  expect(verdict).toEqual(found('ours'));
});

test('groups of another size are not read', async () => {
  const { read } = await verdictOn([{ id: 'large', after: SECOND, files: [1, 2, 3, 4] }]);
  expect(read).toEqual([]);
});

test('where it is not known what was sent, nobody can tell', async () => {
  const { verdict } = await verdictOn([{ id: 'a', after: SECOND, files: [1, 2, 3] }], false);
  expect(verdict).toMatchObject({ kind: 'undecided' });
});
