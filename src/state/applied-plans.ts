import type { RunId, RunState } from '../core/run.ts';
import type { Files } from '../core/world.ts';
import { countMatching } from '../ledger/count-matching.ts';
import { withReader } from '../ledger/with-reader.ts';
import { listRunIds } from './find-run.ts';
import type { StatePaths } from './state-paths.ts';

/**
 * Finds the newest run that does the selection of a plan. Null if there is none. Ignores declined and abandoned
 * runs whose items are all still pending, because they did nothing, and runs whose ledgers can't be read.
 */
export async function findRunOfPlan(
  paths: StatePaths,
  files: Files,
  sha256: string,
): Promise<{ readonly run: RunId; readonly state: RunState } | null> {
  for (const run of await listRunIds(paths, files)) {
    const found = readPlanState(paths, run);
    if (found?.sha256 !== sha256) continue;
    // The items of a canary were processed before somebody declined the rest.
    const hasEnded = found.state === 'declined' || found.state === 'abandoned';
    if (hasEnded && found.isUntouched) continue;
    return { run, state: found.state };
  }
  return null;
}

function readPlanState(paths: StatePaths, run: RunId) {
  try {
    return withReader(paths.ledger(run), (reader) => {
      const plan = reader.plan.get();
      if (plan === null) return null;
      const pending = reader.items.countsByStep().get(0)?.pending ?? 0;
      const isUntouched = pending === countMatching(reader);
      return { sha256: plan.sha256, state: reader.begun().state, isUntouched };
    });
  } catch {
    return null;
  }
}
