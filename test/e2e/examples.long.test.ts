import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { compilePrograms, installPackage } from '../support/installed-package.ts';
import { openShell, type Shell } from '../support/run-cli.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const EXAMPLES = join(ROOT, 'docs/examples');
const NAMES = readdirSync(EXAMPLES).filter((name) => name.endsWith('.ts'));

/** A shell in which ucbulk is an installed package and every example is compiled. */
async function shellWithExamples(): Promise<Shell> {
  const shell = await openShell({ files: 60 });
  installPackage(shell.cwd);
  shell.write('package.json', '{ "type": "module" }');
  for (const name of NAMES) copyFileSync(join(EXAMPLES, name), join(shell.cwd, name));
  compilePrograms(shell.cwd, NAMES);
  return shell;
}

test('every example compiles under strict, and does what its first line says', async () => {
  const shell = await shellWithExamples();
  const run = async (name: string, ...args: string[]) => {
    const end = await shell.start(args, { entry: join(shell.cwd, `${name}.js`) }).ended;
    return [end.code, end.stdout, end.stderr];
  };
  const unstored = shell.project.counts().unstored;
  shell.emulator.faults.add({
    method: 'POST',
    path: '/files/remote_copy/',
    times: 1,
    fault: { kind: 'status', status: 400 },
  });

  const copied = /^(\d+) copied, 1 failed\nhttp_400: 1\n$/;
  expect(await run('count-failures')).toEqual([0, expect.stringMatching(copied), '']);
  const [copyRun = ''] = readdirSync(join(shell.state, 'runs')).filter((n) => n.endsWith('.db'));
  const failed = /^[0-9a-f-]{36} http_400: .+\n$/;
  expect(await run('list-failed-items', copyRun.replace('.db', ''))).toEqual([
    0,
    expect.stringMatching(failed),
    '',
  ]);
  expect(await run('nightly-cleanup')).toEqual([
    0,
    expect.stringMatching(/^finished: \d+ of \d+ files deleted\n$/),
    '',
  ]);
  expect(shell.project.counts().removed).toBeGreaterThan(0);
  expect(shell.project.counts().unstored).toBeLessThan(unstored);
  expect(await run('resume-or-run')).toEqual([
    0,
    expect.stringMatching(/^new: finished, \d+ files stored\n$/),
    '',
  ]);
  expect(shell.project.counts().unstored).toBe(0);
  expect(await run('emulator-in-a-test')).toEqual([0, 'deleted once\n', '']);
});

test('the page of the examples names every one of them', () => {
  const page = readFileSync(join(EXAMPLES, 'README.md'), 'utf8');
  expect(NAMES.length).toBeGreaterThan(3);
  for (const name of NAMES) expect(page).toContain(`[${name}](${name})`);
});
