import { ITEM_STATES, type ItemState } from './item-state.ts';

/** Number of items of a run in each state; `total` is the sum. */
export type StateCounts = Readonly<Record<ItemState, number>> & { readonly total: number };

const NONE: Readonly<Record<ItemState, number>> = {
  pending: 0,
  running: 0,
  waiting: 0,
  'in-doubt': 0,
  done: 0,
  skipped: 0,
  failed: 0,
};

/** Completes the counts: a missing state counts 0. */
export function stateCounts(partial: Partial<Record<ItemState, number>>): StateCounts {
  const counts = { ...NONE, ...partial };
  let total = 0;
  for (const state of ITEM_STATES) total += counts[state];
  return { ...counts, total };
}

/** Number of items that have their outcome. */
export function settledCount(counts: StateCounts): number {
  return counts.done + counts.skipped + counts.failed;
}
