import type { RunId } from '../core/run.ts';
import type { Files } from '../core/world.ts';
import { LedgerReader } from '../ledger/ledger-reader.ts';
import { listRunIds } from './find-run.ts';
import type { StatePaths } from './state-paths.ts';

/**
 * Finds the newest run that does the selection of a plan. Null if there is none. Ignores declined runs, because
 * they did nothing, and runs whose ledgers can't be read.
 */
export async function findRunOfPlan(
  paths: StatePaths,
  files: Files,
  sha256: string,
): Promise<{ readonly run: RunId; readonly isFinished: boolean } | null> {
  for (const run of await listRunIds(paths, files)) {
    const found = readPlanState(paths, run);
    if (found?.sha256 !== sha256 || found.state === 'declined') continue;
    return { run, isFinished: found.state === 'finished' };
  }
  return null;
}

function readPlanState(paths: StatePaths, run: RunId) {
  try {
    const reader = LedgerReader.open(paths.ledger(run));
    try {
      const plan = reader.plan.get();
      return plan === null ? null : { sha256: plan.sha256, state: reader.begun().state };
    } finally {
      reader.close();
    }
  } catch {
    return null;
  }
}
