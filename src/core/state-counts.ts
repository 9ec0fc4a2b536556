import { ITEM_STATES, type ItemState } from './item-state.ts';

/** Number of items of a run in each state; `total` is the sum. */
export type StateCounts = Readonly<Record<ItemState, number>> & { readonly total: number };

/** Completes the counts: a missing state counts 0. */
export function stateCounts(partial: Partial<Record<ItemState, number>>): StateCounts {
  const counts = Object.fromEntries(ITEM_STATES.map((state) => [state, partial[state] ?? 0]));
  const total = ITEM_STATES.reduce((sum, state) => sum + (partial[state] ?? 0), 0);
  return { ...(counts as Record<ItemState, number>), total };
}

/** Number of items that have their outcome. */
export function settledCount(counts: StateCounts): number {
  return counts.done + counts.skipped + counts.failed;
}
