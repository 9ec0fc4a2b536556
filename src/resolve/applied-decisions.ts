import type { RunItem } from '../ledger/run-items.ts';
import { withReader } from '../ledger/with-reader.ts';
import type { Decision, Resolution } from './resolution.ts';

/**
 * Finds decisions that an earlier `ucbulk resolve` already applied. A person may add decisions to a file and
 * apply the whole file again. The old decisions in it then concern items that are no longer in doubt, but
 * they are not errors. This function reads all items once.
 */
export function findAppliedDecisions(
  path: string,
  asked: readonly Decision[],
): ReadonlySet<Decision> {
  const found = new Set<Decision>();
  if (asked.length === 0) return found;
  const byKey = new Map(asked.map((decision) => [decision.item, decision]));
  return withReader(path, (reader) => {
    for (const item of reader.runItems({})) {
      const decision = byKey.get(item.record.key);
      if (decision !== undefined && isApplied(decision.resolution, item)) found.add(decision);
    }
    return found;
  });
}

/**
 * True if the item is in the state to which the decision leads. For a `redo`, this works only until the run
 * is resumed. After that, the item looks as if it had never been in doubt.
 */
function isApplied(resolution: Resolution, { record, outcomes: ends }: RunItem) {
  const { state, step } = record;
  switch (resolution.as) {
    case 'redo':
      return state === 'pending' && ends.every((end) => end.step !== step);
    case 'skip':
      return ends.some(({ reason }) => reason === 'chosen');
    case 'adopt':
      return ends.some((end) => end.state === 'done' && end.result?.['file'] === resolution.file);
    case 'done':
      // An outcome that is done without a result comes from a person's decision. When a step itself ends like
      // this, the run's database stores no outcome.
      return ends.some((end) => end.state === 'done' && end.result === null);
  }
}
