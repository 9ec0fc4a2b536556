import { expect, test } from 'vitest';
import { textTable } from '../../../src/cli/text-table.ts';

test('columns are aligned by what a terminal shows', () => {
  expect(
    textTable([
      ['写真', 'a'],
      ['photo', 'b'],
      ['e\u0301te\u0301', 'c'],
    ]),
  ).toBe('写真   a\nphoto  b\ne\u0301te\u0301    c');
});

test('a wide cell moves only its own row', () => {
  expect(
    textTable(
      [
        ['写真写真', 'a'],
        ['b', 'c'],
      ],
      6,
    ),
  ).toBe('写真写真  a\nb  c');
});
