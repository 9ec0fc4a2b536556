import { type ItemRecord, LedgerReader } from '../ledger/ledger-reader.ts';
import type { OutcomeRecord } from '../ledger/outcome-table.ts';
import type { Decision, Resolution } from './resolution.ts';

/**
 * Finds decisions that an earlier `ucbulk resolve` already applied. They concern items that are not in doubt
 * any more. A person who adds decisions to the same file and applies it again repeats them. This function
 * reads all items once.
 */
export function findAppliedDecisions(
  path: string,
  asked: readonly Decision[],
): ReadonlySet<Decision> {
  const found = new Set<Decision>();
  if (asked.length === 0) return found;
  const byKey = new Map(asked.map((decision) => [decision.item, decision]));
  const reader = LedgerReader.open(path);
  try {
    for (const record of reader.records({})) {
      const decision = byKey.get(record.key);
      if (decision === undefined) continue;
      const ends = reader.stepOutcomes([record.seq]);
      if (isApplied(decision.resolution, record, ends)) found.add(decision);
    }
    return found;
  } finally {
    reader.close();
  }
}

/**
 * True if the item is in the state to which the decision leads. A `redo` is recognized only until the run is
 * resumed: then the item continues as if it had never been in doubt.
 */
function isApplied(
  resolution: Resolution,
  { state, step }: ItemRecord,
  ends: readonly OutcomeRecord[],
) {
  switch (resolution.as) {
    case 'redo':
      return state === 'pending' && ends.every((end) => end.step !== step);
    case 'skip':
      return ends.some(({ reason }) => reason === 'chosen');
    case 'adopt':
      return ends.some((end) => end.state === 'done' && end.result?.['file'] === resolution.file);
    case 'done':
      // If a step itself ends as done without a result, the run's database has no outcome for it. So this
      // outcome comes from a person's decision.
      return ends.some((end) => end.state === 'done' && end.result === null);
  }
}
