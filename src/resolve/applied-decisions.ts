import { type ItemRecord, LedgerReader } from '../ledger/ledger-reader.ts';
import type { OutcomeRecord } from '../ledger/outcome-table.ts';
import type { Decision, Resolution } from './resolution.ts';

/**
 * Of words on items that are not in doubt, those that were taken before: a file that is filled in
 * bit by bit has them again. One walk over the items, however many are asked for.
 */
export function saidBefore(path: string, asked: readonly Decision[]): ReadonlySet<Decision> {
  const found = new Set<Decision>();
  if (asked.length === 0) return found;
  const byKey = new Map(asked.map((decision) => [decision.item, decision]));
  const reader = LedgerReader.open(path);
  try {
    for (const record of reader.records({})) {
      const decision = byKey.get(record.key);
      if (decision === undefined) continue;
      const ends = reader.stepOutcomes([record.seq]);
      if (isSo(decision.resolution, record, ends)) found.add(decision);
    }
    return found;
  } finally {
    reader.close();
  }
}

/** Of `redo` nothing is kept but that the item is to be sent: after a resume nobody can tell. */
function isSo(word: Resolution, { state, step }: ItemRecord, ends: readonly OutcomeRecord[]) {
  switch (word.as) {
    case 'redo':
      return state === 'pending' && ends.every((end) => end.step !== step);
    case 'skip':
      return ends.some(({ reason }) => reason === 'chosen');
    case 'adopt':
      return ends.some((end) => end.state === 'done' && end.result?.['file'] === word.file);
    case 'done':
      // Of what a step did itself without a result, nothing is kept.
      return ends.some((end) => end.state === 'done' && end.result === null);
  }
}
