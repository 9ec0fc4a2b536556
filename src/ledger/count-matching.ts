import type { ItemTable } from './item-table.ts';
import type { PlanTable } from './plan-table.ts';

/** The tables with the number of selected items. */
export interface MatchingTables {
  readonly items: Pick<ItemTable, 'counts'>;
  readonly plan: Pick<PlanTable, 'get'>;
}

/** Number of selected items of a run, without those of its plan that no longer match. */
export function countMatching({ items, plan }: MatchingTables): number {
  return items.counts().total - (plan.get()?.changed ?? 0);
}
