import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { mountDisk } from '../support/mounts.ts';
import { jobFile, openShell, type Shell } from '../support/run-cli.ts';
import { environmentFor } from '../support/spawn-program.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const STORE = jobFile('store-everything');
const SENTENCE = /^error: Standard output can't be written: the disk is full \(ENOSPC\)\./m;

/** Runs a line of bash in which `ucbulk` is the built program. */
function bash(shell: Shell, line: string): Promise<{ code: number | null; stderr: string }> {
  const program = `ucbulk() { "${process.execPath}" "${MAIN}" "$@"; }`;
  const child = spawn('bash', ['--norc', '-c', `${program}; ${line}`], {
    cwd: shell.cwd,
    env: { PATH: process.env['PATH'], ...environmentFor(shell.origin), UCBULK_STATE: shell.state },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stderr }));
  });
}

test('every command whose output is lost ends with exit 3 and one sentence', async ({ skip }) => {
  if (!existsSync('/dev/full')) skip('skipped: it needs /dev/full');
  const shell = await openShell({ files: 100, storedShare: 0 });
  const first = await bash(shell, `ucbulk run ${STORE} --json -q > /dev/full`);
  expect(first).toMatchObject({ code: 3, stderr: expect.stringMatching(SENTENCE) });
  expect(first.stderr).toContain('The run is not affected: `ucbulk status`');
  expect(shell.project.counts()).toMatchObject({ stored: 100, unstored: 0 });
  const [run] = (await shell.ucbulk(['runs', '--json'])).documents;
  expect(run).toMatchObject({ state: 'finished' });
  for (const command of [
    'schema',
    '--version',
    'report --help',
    `validate ${STORE}`,
    'status',
    'project',
    `items ${run?.run} --json`,
    `report ${run?.run}`,
    `report ${run?.run} --format json`,
    'emulator',
  ]) {
    const end = await bash(shell, `ucbulk ${command} > /dev/full`);
    expect([command, end.code, end.stderr]).toEqual([
      command,
      3,
      expect.stringMatching(/^error: Standard output can't be written[^\n]*\nexit 3: [^\n]*\n$/),
    ]);
  }
});

test('lost words on stderr are exit 3 if nothing worse happened', async ({ skip }) => {
  if (!existsSync('/dev/full')) skip('skipped: it needs /dev/full');
  const shell = await openShell({ files: 10, storedShare: 0 });
  expect(await bash(shell, `ucbulk run ${STORE} 2> /dev/full`)).toMatchObject({ code: 3 });
  expect(await bash(shell, 'ucbulk status nosuchrun 2> /dev/full')).toMatchObject({ code: 2 });
});

test('a disk that takes a part of the output: exit 3; a file of -o is whole or not there', async (context) => {
  const shell = await openShell({ files: 1000, storedShare: 0 });
  const end = await shell.ucbulk(['run', STORE, '--json', '-q']);
  const run = String(end.documents[0]?.run);
  const small = join(shell.cwd, 'small');
  mountDisk(small, 64 * 1024, context);
  const cut = await bash(shell, `ucbulk report ${run} > small/out`);
  expect(cut).toMatchObject({ code: 3, stderr: expect.stringMatching(SENTENCE) });
  expect(readFileSync(join(small, 'out')).length).toBeLessThanOrEqual(64 * 1024);
  const file = await bash(shell, `rm small/out; ucbulk report ${run} -o small/out`);
  expect(file).toMatchObject({ code: 3, stderr: expect.stringContaining("Can't write") });
  expect(existsSync(join(small, 'out'))).toBe(false);
  for (const flags of ['-o small/page.html', '--format gallery -o small/gallery']) {
    const page = await bash(shell, `ucbulk report ${run} ${flags}`);
    expect(page).toMatchObject({ code: 3, stderr: expect.stringContaining("Can't write") });
  }
  expect(readdirSync(small)).toEqual([]);
});
