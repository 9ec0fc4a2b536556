import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openShell, type Shell } from '../support/run-cli.ts';

const COPY = {
  version: 1,
  name: 'j',
  source: { files: {} },
  steps: [{ uses: 'copy-to-remote', with: { target: 'backup' } }],
};
const LOCKED = /\.db is locked by another program[\s\S]*exit 5: incomplete(, can be resumed)?\n$/;

/** What a backup program or a SQLite shell does to the only ledger; it reads nothing and writes nothing. */
function holdLedger(shell: Shell, alsoFromReaders = false): { release(): void } {
  const runs = join(shell.state, 'runs');
  const ledger = readdirSync(runs).find((name) => name.endsWith('.db'))!;
  const database = new Database(join(runs, ledger), { timeout: 10_000 });
  onTestFinished(() => void database.close());
  if (alsoFromReaders) database.pragma('locking_mode = EXCLUSIVE');
  database.exec('BEGIN EXCLUSIVE');
  return { release: () => database.close() };
}

function copied(shell: Shell): number {
  return shell.emulator.audit.summary().remote_copy?.changed ?? 0;
}

async function startedRun(shell: Shell) {
  shell.write('j.json', JSON.stringify(COPY));
  const run = shell.start(['run', 'j.json']);
  await vi.waitUntil(() => copied(shell) > 10, 240_000);
  return run;
}

async function expectFinished(shell: Shell): Promise<void> {
  expect((await shell.ucbulk(['resume', '-q'])).code).toBe(0);
  const end = { changed: 100, filesChangedMoreThanOnce: 0 };
  expect(shell.emulator.audit.summary().remote_copy).toMatchObject(end);
}

test('a ledger that is locked in mid-run: nothing leaves without its record, and resume finishes once it is free', async () => {
  const shell = await openShell({ files: 100 });
  const run = await startedRun(shell);
  const foreign = holdLedger(shell);
  const copiedBefore = copied(shell);
  const { code, stderr } = await run.ended;
  expect([code, stderr]).toEqual([5, expect.stringMatching(LOCKED)]);
  expect(stderr.match(/WARN: waiting for the ledger: another program/g)).toHaveLength(1);
  // What had its record already was on its way.
  expect(copied(shell) - copiedBefore).toBeLessThanOrEqual(8);
  expect((await shell.ucbulk(['status'])).code).toBe(0);
  foreign.release();
  await expectFinished(shell);
});

test('a ledger that is kept from readers too is not passed for one that is finished', async () => {
  const shell = await openShell({ files: 100 });
  const run = await startedRun(shell);
  run.process.kill('SIGKILL');
  await run.ended;
  const foreign = holdLedger(shell, true);
  const ends = await Promise.all([shell.ucbulk(['status']), shell.ucbulk(['resume'])]);
  for (const { code, stderr } of ends) {
    expect([code, stderr]).toEqual([5, expect.stringMatching(LOCKED)]);
  }
  foreign.release();
  await expectFinished(shell);
});
