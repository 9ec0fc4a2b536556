import { expect, test } from 'vitest';
import { wrapText } from '../../../src/progress/wrap-text.ts';

const lines = (text: string, width: number) => wrapText(text, width).split('\n');

test('what fits stays as it is', () => {
  expect(wrapText('a  b\n\n  c', 10)).toBe('a  b\n\n  c');
  expect(wrapText('\u001b[32mgreen text\u001b[0m', 10)).toBe('\u001b[32mgreen text\u001b[0m');
});

test('lines break between words, and go on under where they began', () => {
  expect(lines('  The budget of 5 remove_bg is spent.', 20)).toEqual([
    '  The budget of 5',
    '  remove_bg is',
    '  spent.',
  ]);
});

test("a table's last cell goes on under itself", () => {
  expect(lines('lost answers  3, looked up after 2026-11-22T14:03:20Z', 40)).toEqual([
    'lost answers  3, looked up after',
    '              2026-11-22T14:03:20Z',
  ]);
  expect(lines('ok  state    /tmp/state: can be used by all', 30)).toEqual([
    'ok  state    /tmp/state: can',
    '             be used by all',
  ]);
});

test('a command stays whole, what is said of it goes below', () => {
  expect(lines('  ucbulk resume r1 --job FILE  # once it is raised: goes on', 32)).toEqual([
    '  ucbulk resume r1 --job FILE',
    '    # once it is raised: goes on',
  ]);
  const command = 'next  ucbulk items 20261122-042506-1160qy --state in-doubt';
  expect(lines(command, 56)).toEqual(['next', command.slice(4)]);
});

test('a word that is wider than the terminal stays whole', () => {
  expect(lines('see /a/very/long/path/to/a/file now', 12)).toEqual([
    'see',
    '/a/very/long/path/to/a/file',
    'now',
  ]);
});

test('the space between two cells does not indent a further line', () => {
  const row = 'results  0f1d2c3b4  cat.jpg  done';
  expect(lines(row, 18)).toEqual(['results  0f1d2c3b4', '         cat.jpg', '         done']);
  expect(lines(row, 19)).toEqual(lines(row, 18));
});

test('wide characters count two columns, combining marks none', () => {
  expect(lines('写真 写真 写真', 9)).toEqual(['写真 写真', '写真']);
  expect(lines('e\u0301te\u0301 e\u0301te\u0301', 7)).toEqual(['e\u0301te\u0301 e\u0301te\u0301']);
  expect(lines('名前  写真 写真 写真', 16)).toEqual(['名前  写真 写真', '      写真']);
});
