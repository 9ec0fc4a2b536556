import type { Exclusions } from '../core/exclusions.ts';
import type { ItemKey } from '../core/item.ts';
import { addPassedOver, NONE_PASSED_OVER } from '../core/passed-over.ts';
import { addUndecided, NONE_UNDECIDED, type Undecided } from '../core/undecided.ts';
import { countUnlisted } from '../core/unlisted.ts';
import { withCleanup } from '../core/with-cleanup.ts';
import type { RunEvent, RunListener } from '../engine/run-events.ts';
import { foreseeDecisions } from '../engine/walk/decide-candidates.ts';
import type { Selection } from '../engine/walk/selection.ts';
import { emitRejected } from '../engine/walk/walk-source.ts';
import { ScratchSet } from '../ledger/scratch-set.ts';
import type { Candidate, SourcePage } from '../sources/source.ts';
import { readPages } from './read-pages.ts';
import {
  type SelectionBytes,
  type SelectionExamples,
  SelectionFigures,
} from './selection-figures.ts';

/** The counts of a selection, without a request for a single file. */
export interface SelectionCount {
  readonly listed: number;
  /** Number of items that are certainly selected. */
  readonly selected: number;
  /** Files about which a run can decide only after it has read fields that the listing leaves out. */
  readonly open: Undecided;
  readonly pages: number;
  /** Number of requests with which a run would read missing fields, one per file and field. */
  readonly reads: number;
  readonly leftOut: Exclusions;
  /** Keys of the first selected items. */
  readonly firstKeys: readonly ItemKey[];
  readonly examples: SelectionExamples;
  readonly bytes: SelectionBytes | null;
  /** Present if the listing ended before its last page, because the selection has as many items as its limit. */
  readonly endsAtLimit?: true | undefined;
}

/** The new items of a page. */
export interface CountedPage {
  /** Items that are certainly selected. */
  readonly selected: readonly Candidate[];
  /** Items that a run must read before it can decide. */
  readonly open: readonly Candidate[];
  /** Number of pages that the whole listing probably has. */
  readonly pagesExpected: number;
}

/**
 * Lists the whole source and counts the items that the filter selects. Sends no request except for the pages
 * of the source, and stores nothing. Reports invalid rows. `onPage` receives the items of each page. If the
 * selection has a limit, an item that a run must read counts towards it, although it may not be selected.
 */
export function countSelection(
  selection: Selection,
  options: {
    readonly signal: AbortSignal;
    readonly listener: RunListener;
    /** True to list the whole source, although the selection has as many items as its limit allows. */
    readonly countsAll: boolean;
    readonly onPage?: (page: CountedPage) => void | Promise<void>;
  },
): Promise<SelectionCount> {
  const { signal, listener, countsAll, onPage } = options;
  return withCleanup(async (defer) => {
    const counter = new SelectionCounter(selection, defer);
    let isCut = false;
    for await (const { page } of readPages(selection.source, signal)) {
      emitRejected(listener, page);
      const counted = counter.add(page);
      await onPage?.(counted);
      listener(counter.pageEvent(page, counted));
      isCut = page.next !== null && !countsAll && counter.room <= 0;
      if (isCut) break;
    }
    return counter.result(isCut);
  });
}

/** Counts the items of a selection, page by page. */
class SelectionCounter {
  readonly #selection: Selection;
  readonly #keys: SeenKeys;
  readonly #figures = new SelectionFigures();
  readonly #count = { listed: 0, selected: 0, pages: 0, reads: 0 };
  #open = NONE_UNDECIDED;
  #total: number | null = null;
  #leftOut: Omit<Exclusions, 'unlisted'> = {
    repeated: 0,
    rejected: 0,
    undecided: NONE_UNDECIDED,
    passedOver: NONE_PASSED_OVER,
  };

  constructor(selection: Selection, defer: (release: () => void) => void) {
    this.#selection = selection;
    this.#keys = new SeenKeys(selection, defer);
  }

  /** The number of items that the limit of the selection still allows. */
  get room(): number {
    const limit = this.#selection.limit ?? Number.POSITIVE_INFINITY;
    return limit - this.#count.selected - this.#open.count;
  }

  /** Counts a page. Returns its new items. */
  add(page: SourcePage): CountedPage {
    const { known } = this.#keys;
    const foreseen = foreseeDecisions(page.candidates, { selection: this.#selection, known });
    const found = inListedOrder([...foreseen.selected, ...foreseen.open], page);
    const fresh = this.#keys.add(found);
    this.#keys.endPage(page);
    const taken = fresh.slice(0, this.room);
    const isOpen = new Set(foreseen.open);
    const selected = taken.filter((candidate) => !isOpen.has(candidate));
    const open = taken.filter((candidate) => isOpen.has(candidate));
    this.#figures.add(selected);
    this.#count.listed += page.candidates.length;
    this.#count.selected += selected.length;
    this.#count.pages += 1;
    this.#count.reads += foreseen.reads;
    this.#total = page.total ?? this.#total;
    this.#open = addUndecided(this.#open, { count: open.length, fields: foreseen.openFields });
    this.#leftOut = {
      repeated: this.#leftOut.repeated + this.#keys.repeated(found.length - fresh.length),
      rejected: this.#leftOut.rejected + (page.rejected?.count ?? 0),
      undecided: addUndecided(this.#leftOut.undecided, foreseen.undecided),
      passedOver: addPassedOver(this.#leftOut.passedOver, page.passedOver ?? NONE_PASSED_OVER),
    };
    return { selected, open, pagesExpected: this.#pagesExpected() };
  }

  /** The event of a page, for the progress. */
  pageEvent({ candidates }: SourcePage, { selected }: CountedPage): RunEvent {
    return {
      kind: 'page-walked',
      page: this.#count.pages,
      listed: candidates.length,
      selected: selected.length,
      selectedTotal: this.#count.selected,
    };
  }

  /** The counts. `isCut` is true if the listing ended early, because the selection has enough items. */
  result(isCut: boolean): SelectionCount {
    const unlisted = isCut ? 0 : countUnlisted(this.#count.listed, this.#total);
    const { firstKeys, examples, bytes } = this.#figures;
    const leftOut = { ...this.#leftOut, unlisted };
    const counts = { ...this.#count, open: this.#open, leftOut, firstKeys, examples, bytes };
    return isCut ? { ...counts, endsAtLimit: true } : counts;
  }

  #pagesExpected(): number {
    const { listed, pages } = this.#count;
    return Math.max(pages, Math.ceil(((this.#total ?? 0) * pages) / Math.max(1, listed)));
  }
}

/** The entries in the order of their page. */
function inListedOrder(entries: readonly Candidate[], { candidates }: SourcePage): Candidate[] {
  const wanted = new Set(entries);
  return candidates.filter((candidate) => wanted.has(candidate));
}

/**
 * Remembers the keys of earlier pages, to find repeated items. A listing repeats items only at the border of
 * two pages. A list of the user may repeat them anywhere.
 */
class SeenKeys {
  known: ReadonlySet<ItemKey> = new Set();
  readonly #all: ScratchSet | null;

  constructor({ source }: Selection, defer: (release: () => void) => void) {
    this.#all = source.uniqueKeys ? null : ScratchSet.open();
    defer(() => this.#all?.close());
  }

  /** Adds entries of a page. Returns those with new keys. */
  add(candidates: readonly Candidate[]): readonly Candidate[] {
    const added = new Set(
      this.#all?.add(candidates.map(({ key }) => key)) ??
        candidates.map(({ key }) => key).filter((key) => !this.known.has(key)),
    );
    return candidates.filter(({ key }) => added.delete(key));
  }

  /** Must be called after all entries of a page were added. */
  endPage({ candidates }: SourcePage): void {
    if (this.#all === null) this.known = new Set(candidates.map(({ key }) => key));
  }

  /**
   * The number of repeated entries to report, if so many were not new. It is 0 for a listing of the service,
   * because it is normal that such a listing repeats entries at the border of two pages.
   */
  repeated(count: number): number {
    return this.#all === null ? 0 : count;
  }
}
