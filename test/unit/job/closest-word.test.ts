import { expect, test } from 'vitest';
import { closestWord } from '../../../src/job/closest-word.ts';

const WORDS = ['store', 'delete', 'copy-to-remote', 'olderThan', 'id'];

test.each([
  ['sotre', 'store'],
  ['stor', 'store'],
  ['stores', 'store'],
  ['olderthan', 'olderThan'],
  ['older_than', 'olderThan'],
  ['copyToRemote', 'copy-to-remote'],
  ['remote-copy', undefined],
  ['ix', 'id'],
  ['', undefined],
  ['x'.repeat(100_000), undefined],
])('%.20s is near to %s', (word, meant) => {
  expect(closestWord(word, WORDS)).toBe(meant);
});

test('of two near words, the nearer one', () => {
  expect(closestWord('stored', ['stores', 'stored!', 'stored'])).toBe('stored');
});
