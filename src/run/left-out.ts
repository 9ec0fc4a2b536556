import type { PassedOver } from '../core/passed-over.ts';
import type { Undecided } from '../core/undecided.ts';
import { countUnlisted } from '../core/unlisted.ts';
import type { ListingTotalTable } from '../ledger/listing-total-table.ts';
import type { PageTable } from '../ledger/page-table.ts';
import type { PassedOverTable } from '../ledger/passed-over-table.ts';
import type { RunTable } from '../ledger/run-table.ts';
import type { UndecidedTable } from '../ledger/undecided-table.ts';

/** What the source had that became no item of its own. */
export interface LeftOut {
  /** Rows that named an item again: the first of each counts, with its columns. */
  readonly repeated: number;
  /** Bad rows of a list, and what can't be read of a folder, left out as the job says. */
  readonly rejected: number;
  /** Files that no condition could decide, because a field that it needs is unknown. */
  readonly undecided: Undecided;
  /** Files that the service counts, but that its listing ended without; 0 while it lists. */
  readonly unlisted: number;
  /** Entries of a folder that were not taken. */
  readonly passedOver: PassedOver;
}

/** What a run's ledger tells of it, as far as the source was walked. */
export function leftOutOf({
  pages,
  run,
  undecided,
  listingTotal,
  passedOver,
}: LeftOutTables): LeftOut {
  const { repeated, rejected } = pages.leftOut();
  return {
    repeated: repeated + (run.get().deduplicated ?? 0),
    rejected,
    undecided: undecided.total(),
    unlisted: run.get().walkFinished ? countUnlisted(pages.listed(), listingTotal.get()) : 0,
    passedOver: passedOver.total(),
  };
}

/** Of a ledger that is written, or only read. */
export interface LeftOutTables {
  readonly pages: Pick<PageTable, 'leftOut' | 'listed'>;
  readonly run: Pick<RunTable, 'get'>;
  readonly undecided: Pick<UndecidedTable, 'total'>;
  readonly listingTotal: Pick<ListingTotalTable, 'get'>;
  readonly passedOver: Pick<PassedOverTable, 'total'>;
}
