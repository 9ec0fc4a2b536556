import { type ItemRecord, LedgerReader } from '../ledger/ledger-reader.ts';
import type { OutcomeRecord } from '../ledger/outcome-table.ts';
import type { Decision, Resolution } from './resolution.ts';

/**
 * Finds decisions that were already applied, among those about items that are not in doubt. A file
 * that a person completes step by step repeats them. Reads all items once.
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

/** True if the item is in the state that the decision leads to. A `redo` leaves no trace once the run has been resumed. */
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
      // A plain done by the step itself has no outcome.
      return ends.some((end) => end.state === 'done' && end.result === null);
  }
}
