import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openShell } from '../support/run-cli.ts';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

test('the job file on the first screen is valid, and does what it says', async () => {
  const shell = await openShell();
  shell.write('readme.yaml', /```yaml\n([\s\S]*?)```/.exec(README)?.[1] ?? '');
  expect((await shell.ucbulk(['validate', 'readme.yaml'])).code).toBe(0);
  const end = await shell.ucbulk(['run', 'readme.yaml', '--yes', '--json']);
  expect(end.documents).toMatchObject([{ type: 'summary', state: 'finished', exitCode: 0 }]);
  expect(shell.project.counts().removed).toBeGreaterThan(50);
});

test('every command of the README is one that --help lists', async () => {
  const shell = await openShell();
  const { stdout } = await shell.ucbulk(['--help']);
  const commands = new Set([...README.matchAll(/\bucbulk ([a-z]+)\b/g)].map(([, name]) => name));
  expect(commands.size).toBeGreaterThan(6);
  for (const name of commands) expect(stdout).toContain(`ucbulk ${name}`);
});
