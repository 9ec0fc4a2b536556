import type { Exclusions } from '../core/exclusions.ts';
import { countUnlisted } from '../core/unlisted.ts';
import type { ListingTotalTable } from './listing-total-table.ts';
import type { PageTable } from './page-table.ts';
import type { PassedOverTable } from './passed-over-table.ts';
import type { PlanTable, RunPlan } from './plan-table.ts';
import type { RunTable } from './run-table.ts';
import type { UndecidedTable } from './undecided-table.ts';

/**
 * Counts the entries that did not become items. The counts are final only after the whole source is listed.
 */
export function countExclusions({
  pages,
  run,
  undecided,
  listingTotal,
  passedOver,
  plan,
}: ExclusionTables): Exclusions {
  const { repeated, rejected } = pages.leftOut();
  return {
    repeated: repeated + (run.get().deduplicated ?? 0),
    rejected,
    undecided: undecided.total(),
    // A page with a next cursor is the last one if the run had enough items, see `limits.items`.
    unlisted: pages.last()?.next === null ? countUnlisted(pages.listed(), listingTotal.get()) : 0,
    passedOver: passedOver.total(),
    ...countNewMatches(plan.get()),
  };
}

/** A run that reads each file of its plan finds no other files, so it can't count them. */
function countNewMatches(plan: RunPlan | null): Pick<Exclusions, 'newMatches'> {
  return plan === null || plan.readsEach ? {} : { newMatches: plan.newMatches };
}

/** The tables that are counted, from a `Ledger` or a `LedgerReader`. */
export interface ExclusionTables {
  readonly pages: Pick<PageTable, 'last' | 'leftOut' | 'listed'>;
  readonly run: Pick<RunTable, 'get'>;
  readonly undecided: Pick<UndecidedTable, 'total'>;
  readonly listingTotal: Pick<ListingTotalTable, 'get'>;
  readonly passedOver: Pick<PassedOverTable, 'total'>;
  readonly plan: Pick<PlanTable, 'get'>;
}
