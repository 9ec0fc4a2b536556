import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasOddQuotes, parseCsvRow, separatorLine } from '../../../src/sources/csv-cells.ts';

test.each<[string, readonly string[]]>([
  ['a,b', ['a', 'b']],
  ['', ['']],
  [',', ['', '']],
  [' a , b ', ['a', 'b']],
  ['"a,b",c', ['a,b', 'c']],
  ['"say ""hi""",x', ['say "hi"', 'x']],
  ['"two\nlines",x', ['two\nlines', 'x']],
  ['"",""', ['', '']],
])('%j has the cells %j', (text, cells) => {
  expect(parseCsvRow(text, ',')).toEqual({ kind: 'cells', cells });
});

test.each([
  ['"a', /never closed/],
  ['"a"b,c', /after a closing quote/],
  ['"a" ,c', /after a closing quote/],
  [','.repeat(1000), /more than 1000 cells/],
])('%j is no row', (text, reason) => {
  expect(parseCsvRow(text, ',')).toMatchObject({
    kind: 'fault',
    reason: expect.stringMatching(reason),
  });
});

test('what was written with quotes is read as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 9 }), (cells) => {
      const text = cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(';');
      expect(hasOddQuotes(text)).toBe(false);
      expect(parseCsvRow(text, ';')).toEqual({ kind: 'cells', cells });
    }),
  );
});

test.each([
  ['sep=;', ';'],
  ['SEP=,\r', ','],
  ['"sep=;"', ';'],
  ['sep=\t', '\t'],
  ['sep=', null],
  ['sep=ab', null],
  ['separator', null],
])('the line %j says the separator %j', (line, separator) => {
  expect(separatorLine(line)).toBe(separator);
});

test('without a separator a row is one cell', () => {
  expect(parseCsvRow('a,b;c', null)).toEqual({ kind: 'cells', cells: ['a,b;c'] });
});
