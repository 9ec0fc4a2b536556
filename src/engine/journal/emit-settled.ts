import type { Ledger } from '../../ledger/ledger.ts';
import type { RunListener } from '../run-events.ts';
import type { ItemResult } from '../tasks/task.ts';

/**
 * Emits events for the recorded results of a step: the number of items, each failure, and the number of
 * retries.
 */
export function emitSettled(
  { ledger, listener }: { readonly ledger: Ledger; readonly listener: RunListener },
  step: number,
  results: readonly ItemResult[],
): void {
  listener({
    kind: 'items-settled',
    step,
    count: results.filter(({ to }) => to === 'outcome').length,
    counts: ledger.items.counts(),
  });
  for (const result of results) {
    if (result.to === 'outcome' && result.outcome.kind === 'failed') {
      listener({ kind: 'item-failed', key: result.item.key, ...result.outcome.failure });
    }
  }
  const retried = results.find((result) => result.to === 'retry');
  if (retried?.to !== 'retry') return;
  const count = results.filter(({ to }) => to === 'retry').length;
  listener({ kind: 'retry-scheduled', count, ...retried.note });
}
