import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { OPERATION_NAMES } from '../../src/job/step-schemas.ts';
import { openShell } from '../support/run-cli.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const OPERATIONS = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');

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
  const fenced = [...README.matchAll(/^```\w*\n([\s\S]*?)^```/gm)]
    .map(([, code]) => code)
    .join('\n');
  const inCode = [
    ...README.matchAll(/`ucbulk ([a-z]+)\b/g),
    ...fenced.matchAll(/^(?:\$ )?ucbulk ([a-z]+)\b/gm),
  ];
  const commands = new Set(inCode.map(([, name]) => name));
  expect(commands.size).toBeGreaterThan(6);
  for (const name of commands) expect(stdout).toContain(`ucbulk ${name}`);
});

test('the tables of operations are whole', () => {
  for (const name of OPERATION_NAMES) {
    expect(README).toContain(`\n| \`${name}\` |`);
    expect(OPERATIONS).toMatch(new RegExp(`^\\| \\[\`${name}\`\\]\\(#`, 'm'));
  }
});

test('the library example compiles, and runs the job', async () => {
  const shell = await openShell();
  const [, example = ''] = /```ts\n(import \{[^}]*startRun[\s\S]*?)```/.exec(README) ?? [];
  shell.write('example.ts', example);
  shell.write('package.json', '{ "type": "module" }');
  shell.write('job.yaml', /```yaml\n([\s\S]*?)```/.exec(README)?.[1] ?? '');
  // As an installed package: its declarations are what the example is checked against.
  const modules = join(shell.cwd, 'node_modules');
  mkdirSync(modules);
  symlinkSync(ROOT, join(modules, 'ucbulk'));
  symlinkSync(join(ROOT, 'node_modules/@types'), join(modules, '@types'));
  const options = ['--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
  execFileSync(
    process.execPath,
    [join(ROOT, 'node_modules/typescript/bin/tsc'), ...options, 'example.ts'],
    { cwd: shell.cwd, stdio: 'inherit' },
  );
  const end = await shell.start([], { entry: join(shell.cwd, 'example.js') }).ended;
  expect(end.stderr).toBe('');
  expect(end.stdout).toMatch(/^finished \d+\n$/);
  expect(shell.project.counts().removed).toBeGreaterThan(50);
});
