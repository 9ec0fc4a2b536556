import { expect, test } from 'vitest';
import { findColumns } from '../../../src/job/expression-names.ts';
import { conditionFault, expressionFault } from '../../../src/job/step-condition.ts';

test.each([
  ['file.sizee > 3', /reads file.sizee, which does not exist.*did you mean file.size\?/],
  ['has(file.sizee)', /did you mean file.size\?/],
  ["file.size > '3'", /no such overload/],
  ['file.size', /is double, expected true or false/],
  ["item.sku == 'a'", /item\.columns\.sku/],
  ["item.kye == 'a'", /did you mean item.key\?/],
])('%s is refused before the run', (text, words) => {
  expect(conditionFault(text)).toMatch(words);
});

test.each([
  'file.size > 3 && file.size == 0',
  "file.mimeType.startsWith('image/')",
  "file.metadata.album == 'file.sizee'",
  "'a' in file.tags && file.isImage == true",
  'file.storedAt == null || has(file.filename)',
  "item.columns.sku == '1' && steps.cut.file != item.key",
])('%s is a condition', (text) => {
  expect(conditionFault(text)).toBeNull();
});

test('a typo in a value is found as well', () => {
  expect(expressionFault("file.filenam + 'x'")).toMatch(/did you mean file.filename\?/);
});

test('columns are known by name, however they are spelled', () => {
  const text = `item.columns.sku == "item.columns" && item.columns["unit price"] != item.columns['b']`;
  expect(findColumns(text)).toEqual(['sku', 'unit price', 'b']);
});
