import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jobFile, openShell } from '../support/run-cli.ts';

const COMMANDS = [['runs'], ['doctor'], ['run', jobFile('store-everything'), '--yes']];

test.each([
  ['the state directory is a named pipe', '', 'pipe'],
  ['the state directory is a file', '', 'file'],
  ['its folder of ledgers is a named pipe', 'runs', 'pipe'],
  ['its folder of ledgers is a file', 'runs', 'file'],
] as const)('%s: every command names it, and exits with 3', async (_, below, kind) => {
  const shell = await openShell();
  const path = join(shell.state, below);
  if (below !== '') mkdirSync(shell.state);
  if (kind === 'pipe') execFileSync('mkfifo', [path]);
  else writeFileSync(path, '');
  for (const command of COMMANDS) {
    const end = await shell.ucbulk(command);
    expect([command[0], end.code, end.stderr]).toEqual([
      command[0],
      3,
      expect.stringContaining(path),
    ]);
  }
  expect(shell.emulator.audit.length).toBe(0);
});
