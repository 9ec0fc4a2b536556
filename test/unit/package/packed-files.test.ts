import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { absoluteLinks } from '../../../config/pack-readme.mjs';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const README = readFileSync(`${ROOT}README.md`, 'utf8');

function packedFiles(): string[] {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const [{ files }] = JSON.parse(output) as [{ files: { path: string }[] }];
  return files.map(({ path }) => path);
}

test('the package has at most 400 files, and no source maps', () => {
  const files = packedFiles();
  expect(files.length).toBeLessThanOrEqual(400);
  expect(files.filter((path) => path.endsWith('.map'))).toEqual([]);
  expect(files).toContain('jobs/nightly-unstored-cleanup.yaml');
});

test('each link of the packed README leads to a file of the package', () => {
  const links = [...absoluteLinks(README, '1.2.3').matchAll(/\]\(([^)\s]+)\)/g)].map(
    ([, link]) => link,
  );
  const folder = 'https://unpkg.com/ucbulk@1.2.3/';
  const paths = links
    .filter((link) => link?.startsWith(folder))
    .map((link) => link?.slice(folder.length));
  expect(paths.length).toBeGreaterThan(10);
  const files = packedFiles();
  expect(paths.filter((path) => !files.includes(path?.split('#')[0] ?? ''))).toEqual([]);
  expect(links.filter((link) => !/^(https:|#)/.test(link ?? ''))).toEqual([]);
});
