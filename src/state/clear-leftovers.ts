import { join } from 'node:path';
import type { RunId } from '../core/run.ts';
import type { Files } from '../core/world.ts';
import { pendingLedgerPath } from '../ledger/ledger.ts';
import { takeLock } from '../ledger/process-lock.ts';
import { runsWithFile } from './find-run.ts';
import { RESERVE_ENDING, type StatePaths } from './state-paths.ts';

/** Files that a killed process may leave, by how their names end after the run's id. */
const LEFTOVERS = [
  // What SQLite makes beside a database goes with it.
  { ending: pendingLedgerPath('.db'), suffixes: ['', '-journal', '-wal', '-shm'] },
  { ending: RESERVE_ENDING, suffixes: [''] },
];

/**
 * Removes what killed processes left: ledgers of starts that ended before they had given them their
 * name, and the reserves of runs on which nobody works. What can't be removed is in nobody's way.
 */
export async function clearLeftovers(paths: StatePaths, files: Files): Promise<void> {
  for (const { ending, suffixes } of LEFTOVERS) {
    for (const run of await runsWithFile(ending, paths, files)) {
      const names = suffixes.map((suffix) => join(paths.runs, run + ending + suffix));
      await clear(run, names, { paths, files }).catch(() => undefined);
    }
  }
}

/** A process that is using these files holds its run: those are kept. */
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
