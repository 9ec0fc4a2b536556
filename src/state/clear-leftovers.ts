import { join } from 'node:path';
import type { RunId } from '../core/run.ts';
import type { Files } from '../core/world.ts';
import { pendingLedgerPath } from '../ledger/ledger-file.ts';
import { takeLock } from '../ledger/process-lock.ts';
import { findRunsWithFile } from './find-run.ts';
import { RESERVE_ENDING, type StatePaths } from './state-paths.ts';

/**
 * Endings of files that a killed process may leave behind. The name of such a file starts with the id of the
 * run.
 */
const LEFTOVERS = [
  // SQLite creates the files with the other suffixes beside a database. They are removed together with it.
  { ending: pendingLedgerPath('.db'), suffixes: ['', '-journal', '-wal', '-shm'] },
  { ending: RESERVE_ENDING, suffixes: [''] },
];

/**
 * Removes files that killed processes left behind: ledgers that were never completed, and reserved disk space
 * of runs that no process works on. Ignores files that can't be removed.
 */
export async function clearLeftovers(paths: StatePaths, files: Files): Promise<void> {
  for (const { ending, suffixes } of LEFTOVERS) {
    for (const run of await findRunsWithFile(ending, paths, files)) {
      const names = suffixes.map((suffix) => join(paths.runs, run + ending + suffix));
      await clear(run, names, { paths, files }).catch(() => undefined);
    }
  }
}

/**
 * Removes leftover files of a run. Does nothing if a process holds the run's lock, because it may still use
 * them.
 */
async function clear(
  run: RunId,
  names: readonly string[],
  { paths, files }: { paths: StatePaths; files: Files },
): Promise<void> {
  const lock = takeLock(paths.runLock(run), 'alone', 0);
  if (lock === null) return;
  try {
    for (const name of names) await files.remove(name);
  } finally {
    lock.release();
  }
}
