import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import { inspectLedger } from '../../src/ledger/inspect-ledger.ts';
import { LedgerReader } from '../../src/ledger/ledger-reader.ts';
import { openShell, type Shell } from '../support/run-cli.ts';
import type { Program } from '../support/spawn-program.ts';

const FILES = 5000;
const PAGE = 1000;
const COPY = {
  version: 1,
  name: 'j',
  source: { files: {} },
  steps: [{ uses: 'copy-to-remote', with: { target: 'backup' } }],
  limits: { rate: 150 }, // it must not come to its end meanwhile
};

/** A run at work, and its ledger. */
async function runAtWork() {
  const shell = await openShell({ files: FILES });
  shell.write('j.json', JSON.stringify(COPY));
  const run = shell.start(['run', 'j.json', '-q']);
  const copied = () => shell.emulator.audit.summary().remote_copy?.changed ?? 0;
  await vi.waitUntil(() => copied() > 10, 240_000);
  const runs = join(shell.state, 'runs');
  const ledger = join(runs, readdirSync(runs).find((name) => name.endsWith('.db'))!);
  return { shell, run, ledger, copied };
}

/** `cp`: first the file, then its log. */
function copyBoth(ledger: string, to: string): void {
  copyFileSync(ledger, to);
  copyFileSync(`${ledger}-wal`, `${to}-wal`);
}

/** `sqlite3 LEDGER ".backup TO"`. */
async function backUp(ledger: string, to: string): Promise<void> {
  const database = new Database(ledger, { readonly: true });
  await database.backup(to);
  database.close();
}

/** What a snapshot of the disk takes: both files at one instant. */
function snapshot(ledger: string, to: string, { process: { pid } }: Program): void {
  process.kill(pid!, 'SIGSTOP');
  copyBoth(ledger, to);
  process.kill(pid!, 'SIGCONT');
}

/** How many items are done in a copy, which has whole pages only. */
function doneIn(copy: string): number {
  const reader = LedgerReader.open(copy);
  const { total, done } = reader.items.counts();
  reader.close();
  expect(total % PAGE).toBe(0);
  return done;
}

const LOG_HEADER = 32;
const FRAME = 24 + 4096;

/** The generation of a write-ahead log (it changes each time the log begins anew), and how many frames are of it. */
function logState(log: string): { generation: string; frames: number } {
  const bytes = readFileSync(log);
  const salt = bytes.subarray(16, 24);
  let frames = 0;
  for (let at = LOG_HEADER; at + FRAME <= bytes.length; at += FRAME) {
    if (!bytes.subarray(at + 8, at + 16).equals(salt)) break;
    frames += 1;
  }
  return { generation: salt.toString('hex'), frames };
}

/** What `doctor` says of a copy. */
function damageIn(copy: string): string[] {
  try {
    return inspectLedger(copy);
  } catch (error) {
    return [String(error)];
  }
}

function end(shell: Shell, run: Program): Promise<unknown> {
  run.process.kill('SIGKILL');
  expect(shell.emulator.audit.summary().remote_copy?.filesChangedMoreThanOnce).toBe(0);
  return run.ended;
}

test('a ledger that is backed up while a run writes it: each copy is whole, and knows no less than the one before', async () => {
  const { shell, run, ledger, copied } = await runAtWork();
  let doneBefore = 0;
  for (let round = 1; round <= 12; round += 1) {
    const copiedAtLeast = copied() + 7 * round;
    await vi.waitUntil(() => copied() >= copiedAtLeast, 240_000);
    const [backup, frozen, plain] = ['backup', 'snapshot', 'cp'].map((how) =>
      join(shell.cwd, `${how}-${round}.db`),
    ) as [string, string, string];
    await backUp(ledger, backup);
    snapshot(ledger, frozen, run);
    copyBoth(ledger, plain);
    for (const copy of [backup, frozen]) {
      expect(damageIn(copy)).toEqual([]);
      const done = doneIn(copy);
      expect(done).toBeGreaterThanOrEqual(doneBefore);
      expect(done).toBeLessThanOrEqual(copied());
      doneBefore = done;
    }
    // A plain copy of two files may lie on both sides of a checkpoint: then `doctor` finds it.
    if (damageIn(plain).length === 0) expect(doneIn(plain)).toBeGreaterThanOrEqual(doneBefore);
  }
  expect(run.process.exitCode).toBe(null);
  await end(shell, run);
  copyBoth(ledger, join(shell.cwd, 'dead.db'));
  expect(damageIn(join(shell.cwd, 'dead.db'))).toEqual([]);
  expect(doneIn(join(shell.cwd, 'dead.db'))).toBeGreaterThanOrEqual(doneBefore);
});

test('a plain copy whose log has begun anew between its two files is found by doctor', async () => {
  const { shell, run, ledger } = await runAtWork();
  const copy = join(shell.cwd, 'copy.db');
  copyFileSync(ledger, copy);
  // A whole generation of the log lies between the two files, and the next one has commits of its own.
  const generations = new Set<string>();
  await vi.waitUntil(() => {
    copyFileSync(`${ledger}-wal`, `${copy}-wal`);
    const { generation, frames } = logState(`${copy}-wal`);
    generations.add(generation);
    return generations.size >= 3 && frames >= 20;
  }, 240_000);
  expect(damageIn(copy)).not.toEqual([]);
  await end(shell, run);
});
