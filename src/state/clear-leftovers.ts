import { join } from 'node:path';
import type { RunId } from '../core/run.ts';
import type { Files } from '../core/world.ts';
import { pendingLedgerPath } from '../ledger/ledger-file.ts';
import { takeLock } from '../ledger/process-lock.ts';
import { findRunsWithFile } from './find-run.ts';
import { RESERVE_ENDING, type StatePaths } from './state-paths.ts';

/**
 * Endings of files that a killed process may leave. The name of such a file starts with the id of its run.
 */
const LEFTOVERS = [
  // SQLite's side files are removed together with the database.
  { ending: pendingLedgerPath('.db'), suffixes: ['', '-journal', '-wal', '-shm'] },
  { ending: RESERVE_ENDING, suffixes: [''] },
];

/**
 * Removes files of killed processes: ledgers that did not get their final name, and the reserves of runs
 * without a process. Ignores files that can't be removed.
 */
export async function clearLeftovers(paths: StatePaths, files: Files): Promise<void> {
  for (const { ending, suffixes } of LEFTOVERS) {
    for (const run of await findRunsWithFile(ending, paths, files)) {
      const names = suffixes.map((suffix) => join(paths.runs, run + ending + suffix));
      await clear(run, names, { paths, files }).catch(() => undefined);
    }
  }
}

/** Removes the files of a run. Leaves them if a process that uses them holds the run's lock. */
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
