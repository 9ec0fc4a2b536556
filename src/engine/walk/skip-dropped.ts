import type { PlacedItem } from '../../ledger/item-row.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { finalTargets } from '../journal/result-records.ts';
import type { Judged } from './selection.ts';

/**
 * Ends items that a check before a delete has dropped, as skipped. If a sweep does an item again and its file is
 * gone, the item is done: the run had deleted the file before. Must be called in the transaction of the check.
 */
export function skipDropped(
  where: { readonly step: number; readonly from: 'pending' | 'running' },
  items: readonly PlacedItem[],
  {
    reasons,
    ledger,
    at,
  }: {
    readonly reasons: ReadonlyMap<number, Judged>;
    readonly ledger: Ledger;
    /** Server time, ms. */
    readonly at: number;
  },
): void {
  const drops = items.map(({ seq }) => ({ seq, drop: reasons.get(seq)?.drop ?? null }));
  const gone = drops.filter(({ drop }) => drop?.reason === 'gone').map(({ seq }) => seq);
  const done = gone.length === 0 ? new Set<number>() : ledger.sweeps.doneBefore(gone);
  const skipped = drops.filter(({ seq }) => !done.has(seq));
  const targets = [
    ...finalTargets([...done], 'done', ledger),
    ...finalTargets(
      skipped.map(({ seq }) => seq),
      'skipped',
      ledger,
    ),
  ];
  for (const end of targets) ledger.items.moveItems({ ...where, ...end });
  const blank = { step: where.step, state: 'skipped', requestId: null, result: null, at } as const;
  for (const { seq, drop } of skipped) {
    const { reason = null, message = null } = drop ?? {};
    ledger.outcomes.put({ ...blank, item: seq, reason, message });
  }
}
