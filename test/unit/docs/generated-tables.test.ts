import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PAGES, withTables } from '../../support/doc-pages.ts';

const read = (page: string) => readFileSync(new URL(`../../../${page}`, import.meta.url), 'utf8');

test.each(PAGES)('the tables of %s follow from the code: `npm run docs`', (page) => {
  expect(withTables(page, read(page))).toBe(read(page));
});

test('a table that has no region in the page is an error', () => {
  const page = 'docs/operations.md';
  const withoutRegion = read(page).replace('npm run docs: metadata -->', '-->');
  expect(() => withTables(page, withoutRegion)).toThrow('Regions are missing: metadata');
});
