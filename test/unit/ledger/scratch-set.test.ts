// Tests src/ledger/scratch-set.ts.
import { expect, onTestFinished, test } from 'vitest';
import { KeyFilter } from '../../../src/ledger/key-filter.ts';
import { ScratchSet } from '../../../src/ledger/scratch-set.ts';
import { uuidOf } from '../../support/file-json.ts';

const MANY = 60_000; // more than stay in memory

function openSet(): ScratchSet {
  const set = ScratchSet.open();
  onTestFinished(() => set.close());
  return set;
}

test('a key is new only once, in memory and in the file', () => {
  const set = openSet();
  const keys = Array.from({ length: MANY }, (_, no) => uuidOf(no));
  expect(set.add(keys)).toEqual(keys);
  expect(set.add(keys)).toEqual([]);
  expect(keys.every((key) => set.has(key))).toBe(true);
  expect(set.has(uuidOf(MANY))).toBe(false);
  expect(set.add([uuidOf(MANY), uuidOf(MANY), uuidOf(5)])).toEqual([uuidOf(MANY)]);
});

test('keys that are added after the first look into the file are found in it too', () => {
  const set = openSet();
  const keys = Array.from({ length: 2 * MANY }, (_, no) => uuidOf(no));
  set.add(keys.slice(0, MANY));
  expect(set.add(keys.slice(0, 1))).toEqual([]);
  set.add(keys.slice(MANY));
  expect(set.add(keys)).toEqual([]);
});

test('the case of UUIDs does not matter, that of other keys does', () => {
  const set = openSet();
  const uuid = uuidOf(0).toUpperCase();
  const others = Array.from({ length: MANY }, (_, no) => `https://example.com/Cat ${no}.jpg`);
  expect(set.add([uuid, ...others])).toEqual([uuid, ...others]);
  expect(set.add([uuidOf(0), uuid])).toEqual([]);
  expect(set.add(others)).toEqual([]);
  expect(set.add(['https://example.com/cat 1.jpg'])).toHaveLength(1);
});

test.each([
  ['a text that begins like another', 'a\0b', 'a'],
  ['a UUID without dashes', uuidOf(1).replaceAll('-', ''), uuidOf(1)],
  ['an empty text', '', ' '],
])('%s is a key of its own', (_, one, other) => {
  const set = openSet();
  set.add([one]);
  set.add(Array.from({ length: MANY }, (_, no) => uuidOf(no + 10)));
  expect(set.add([other])).toEqual([other]);
  expect(set.add([one])).toEqual([]);
});

test('the filter knows all added keys, and takes few other keys for added ones', () => {
  const filter = new KeyFilter();
  const keys = Array.from({ length: MANY }, (_, no) => uuidOf(no));
  for (const key of keys) filter.add(key);
  expect(keys.every((key) => filter.mayHave(key))).toBe(true);
  const others = Array.from({ length: MANY }, (_, no) => uuidOf(MANY + no));
  expect(others.filter((key) => filter.mayHave(key)).length).toBeLessThan(10);
});
