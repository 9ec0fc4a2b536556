import { expect, test } from 'vitest';
import { present } from '../../../src/core/present.ts';

test('undefined properties are absent; null, 0, false and empty text stay', () => {
  const given = { a: undefined, b: null, c: 0, d: false, e: '', f: 1 };
  expect(Object.entries(present(given))).toEqual([
    ['b', null],
    ['c', 0],
    ['d', false],
    ['e', ''],
    ['f', 1],
  ]);
});
