import type { RunId } from '../core/run.ts';
import type { Files } from '../core/world.ts';
import { unmadeLedger } from '../ledger/ledger.ts';
import { takeLock } from '../ledger/process-lock.ts';
import { runsWithFile } from './find-run.ts';
import type { StatePaths } from './state-paths.ts';

/** What SQLite makes beside a database. */
const SUFFIXES = ['', '-journal', '-wal', '-shm'];

/**
 * Removes the ledgers that starts left which ended before they had given them their name: no run
 * was made, and nobody asks for them. What can't be removed is in nobody's way.
 */
export async function clearUnmadeRuns(paths: StatePaths, files: Files): Promise<void> {
  for (const run of await runsWithFile(unmadeLedger('.db'), paths, files)) {
    await clear(run, paths, files).catch(() => undefined);
  }
}

/** A start that is just making its ledger holds its run: that one is let be. */
async function clear(run: RunId, paths: StatePaths, files: Files): Promise<void> {
  const lock = takeLock(paths.runLock(run), 'alone', 0);
  if (lock === null) return;
  try {
    const path = unmadeLedger(paths.ledger(run));
    for (const suffix of SUFFIXES) await files.remove(path + suffix);
  } finally {
    lock.release();
  }
}
