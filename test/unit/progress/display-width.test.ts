import { expect, test } from 'vitest';
import { displayWidth, fitWidth, padColumns } from '../../../src/progress/display-width.ts';

test.each([
  ['plain', 5],
  ['写真', 4],
  ['ｶﾀｶﾅ', 4],
  ['한국', 4],
  ['e\u0301', 1],
  ['👍🏽', 2],
  ['👨‍👩‍👧', 2],
  ['\u001b[32mgreen\u001b[0m', 5],
  ['', 0],
])('%j fills the columns that a terminal gives it', (text, columns) => {
  expect(displayWidth(text)).toBe(columns);
});

test('text is cut at the width, never in the middle of a character', () => {
  expect(fitWidth('abcdef', 4)).toBe('abcd');
  expect(fitWidth('abc', 4)).toBe('abc');
  expect(fitWidth('abc', -1)).toBe('');
  expect(fitWidth('写真写真', 5)).toBe('写真');
  expect(fitWidth('ae\u0301b', 2)).toBe('ae\u0301');
  expect(fitWidth('a👨‍👩‍👧b', 2)).toBe('a');
});

test('text is padded by columns', () => {
  expect(padColumns('写真', 6)).toBe('写真  ');
  expect(padColumns('写真', 3)).toBe('写真');
});
