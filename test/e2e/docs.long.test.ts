import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { blocksOf, docPages, hasCommands } from '../support/doc-blocks.ts';
import { openDocShell } from '../support/doc-shell.ts';

const BLOCKS = docPages().flatMap(blocksOf);
const RUNNABLE = BLOCKS.filter((block) => hasCommands(block) && block.notRun === null);
const PAGES = [...new Set(RUNNABLE.map(({ page }) => page))];

describe.concurrent('the commands of a page do what the page says', () => {
  test.each(PAGES)('%s', async (page) => {
    const shell = await openDocShell();
    try {
      for (const block of blocksOf(page)) {
        if (block.notRun !== null) continue;
        if (hasCommands(block)) await shell.run(block);
        else shell.save(block);
      }
    } finally {
      await shell.close();
    }
  });
});

test('every block names its language, so that no command is overlooked', () => {
  expect(BLOCKS.length).toBeGreaterThan(80);
  expect(BLOCKS.filter(({ language }) => language === '')).toEqual([]);
});

test('these blocks are not run, for these reasons', () => {
  // An installation changes the machine, and has tests of its own.
  const reasons = BLOCKS.filter(
    ({ page, notRun }) => notRun !== null && page !== 'docs/install.md',
  );
  expect(reasons.map(({ page, notRun }) => `${page}: ${notRun}`)).toEqual([
    'README.md: installs packages; the demo has tests of its own',
    'README.md: installs packages and changes the machine',
    'README.md: installs packages and runs all tests',
    'CONTRIBUTING.md: installs packages and runs all tests',
    'CONTRIBUTING.md: writes fixtures into the repository',
    'CONTRIBUTING.md: writes documents into the repository',
    'CONTRIBUTING.md: runs for hours',
    'docs/benchmarks.md: measures for minutes',
    'docs/buckets.md: needs the keys of a bucket',
    'docs/cut-over.md: needs an account',
    'docs/cut-over.md: needs rclone and an account',
    'docs/cut-over.md: needs an account',
    'docs/examples/own-operation/README.md: installs the package',
    'docs/fleet.md: needs Redis',
    'docs/fleet.md: needs Redis',
    'docs/inventory.md: measures a million files',
    'docs/metrics.md: installs a package for traces',
    'docs/verify.md: needs a bucket',
  ]);
});

test('every npm script that a page names exists', () => {
  const { scripts } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  const text = BLOCKS.map((block) => block.text).join('\n');
  const named = new Set(
    [...text.matchAll(/\bnpm run ([a-z][a-z:]*)/g)].map(([, name = '']) => name),
  );
  expect(named.size).toBeGreaterThan(5);
  expect([...named].filter((name) => !(name in scripts))).toEqual([]);
});
