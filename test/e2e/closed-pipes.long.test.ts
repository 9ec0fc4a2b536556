import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { jobFile, openShell, type Shell } from '../support/run-cli.ts';
import { environmentFor } from '../support/spawn-program.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const STORE = jobFile('store-everything');

interface LineEnd {
  readonly code: number | null;
  /** What `head` let through. */
  readonly lines: readonly string[];
  readonly stderr: string;
}

/** A line of bash, `ucbulk` in it being the built program; its code is the program's, not that of `head`. */
function bash(shell: Shell, line: string): Promise<LineEnd> {
  const program = `ucbulk() { "${process.execPath}" "${MAIN}" "$@"; }`;
  const child = spawn('bash', ['--norc', '-o', 'pipefail', '-c', `${program}; ${line}`], {
    cwd: shell.cwd,
    env: { PATH: process.env['PATH'], ...environmentFor(shell.origin), UCBULK_STATE: shell.state },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, lines: stdout.trim().split('\n'), stderr }));
  });
}

/** Pipes hold 64 KiB: enough items that writing goes on when `head` has gone. */
async function shellWithRun(): Promise<{ shell: Shell; run: string }> {
  const shell = await openShell({ files: 3000, storedShare: 0 });
  const end = await shell.ucbulk(['run', STORE, '--json']);
  return { shell, run: String(end.documents[0]?.run) };
}

test.each(['items RUN --json', 'items RUN', 'report RUN', 'report RUN --format json'])(
  'ucbulk %s | head -1 ends quietly',
  async (command) => {
    const { shell, run } = await shellWithRun();
    const end = await bash(shell, `ucbulk ${command.replace('RUN', run)} | head -1`);
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(end.lines).toHaveLength(1);
  },
);

test.each([
  [`run ${STORE} --json --stats 1ms | head -1`],
  [`run ${STORE} --stats 1ms 2>&1 >/dev/null | head -1`],
  [`run ${STORE} --json --log-level trace 2>&1 | head -1`],
])('ucbulk %s: the run goes on to its end', async (command) => {
  const shell = await openShell({ files: 3000, storedShare: 0 });
  const end = await bash(shell, `ucbulk ${command}`);
  expect(end.code).toBe(0);
  expect(end.lines).toHaveLength(1);
  expect(end.stderr).not.toMatch(/EPIPE|\bat .*:\d+:\d+/);
  expect(shell.project.counts()).toMatchObject({ stored: 3000, unstored: 0 });
  const runs = await shell.ucbulk(['runs', '--json']);
  expect(runs.documents).toMatchObject([{ state: 'finished' }]);
});
