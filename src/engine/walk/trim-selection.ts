import type { Ledger } from '../../ledger/ledger.ts';
import type { RunStop } from '../run-stop.ts';
import type { Selection } from './selection.ts';

/**
 * Removes the items beyond the limit of the selection, in one transaction. The walk adds no such items, except
 * for a source that may repeat keys: only when its repeated items are removed, it is known which items are the
 * first ones. A run that already worked on its items has none beyond the limit.
 */
export function trimSelection({
  ledger,
  selection,
  runStop,
}: {
  readonly ledger: Ledger;
  readonly selection: Selection;
  readonly runStop: RunStop;
}): void {
  const { limit = null } = selection;
  if (limit === null || runStop.reason !== null) return;
  const last = ledger.selection.seqAt(limit);
  if (last === null || last === ledger.items.lastSeq()) return;
  ledger.transaction(() => ledger.selection.removeAfter(last));
}
