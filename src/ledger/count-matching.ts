import type { Ledger } from './ledger.ts';

/** Number of selected items of a run, without those of its plan that no longer match. */
export function countMatching({ items, plan }: Pick<Ledger, 'items' | 'plan'>): number {
  return items.counts().total - (plan.get()?.changed ?? 0);
}
