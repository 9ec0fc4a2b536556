/** `npm run docs`: writes the tables that follow from the code. */
import { readFileSync, writeFileSync } from 'node:fs';
import { PAGES, withTables } from './doc-pages.ts';

for (const page of PAGES) {
  const path = new URL(`../../${page}`, import.meta.url);
  writeFileSync(path, withTables(page, readFileSync(path, 'utf8')));
}
