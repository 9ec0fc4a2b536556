import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const ROOT = new URL('../../../', import.meta.url);
const PAGES = ['docs/architecture.md', 'docs/guarantees.md', 'CONTRIBUTING.md'];

/** The source files that a page names, such as `engine/run-job.ts`, with or without `src/`. */
function namedFiles(page: string): string[] {
  const text = readFileSync(new URL(page, ROOT), 'utf8');
  const withoutCode = text.replace(/^```.*?^```/gms, '');
  return [...withoutCode.matchAll(/`((?:[a-z-]+\/)+[a-z-]+\.(?:ts|cjs|mjs))`/g)].map(
    ([, path]) => path ?? '',
  );
}

test.each(PAGES)('%s names only source files that exist', (page) => {
  const named = namedFiles(page);
  const missing = named.filter(
    (path) => !existsSync(new URL(path, ROOT)) && !existsSync(new URL(`src/${path}`, ROOT)),
  );
  expect(named.length).toBeGreaterThan(0);
  expect(missing).toEqual([]);
});
