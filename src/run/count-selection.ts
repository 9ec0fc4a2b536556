import type { Exclusions } from '../core/exclusions.ts';
import type { ItemKey } from '../core/item.ts';
import { addPassedOver, NONE_PASSED_OVER } from '../core/passed-over.ts';
import { addUndecided, NONE_UNDECIDED } from '../core/undecided.ts';
import { countUnlisted } from '../core/unlisted.ts';
import { withCleanup } from '../core/with-cleanup.ts';
import type { RunListener } from '../engine/run-events.ts';
import { type DecidedPage, decideCandidates } from '../engine/walk/decide-candidates.ts';
import { type Selection, selectItems } from '../engine/walk/selection.ts';
import { emitRejected } from '../engine/walk/walk-source.ts';
import { loopingListing } from '../ledger/page-table.ts';
import { ScratchSet } from '../ledger/scratch-map.ts';
import type { SourcePage } from '../sources/source.ts';

/** The counts of a selection. */
export interface SelectionCount {
  readonly listed: number;
  readonly selected: number;
  readonly pages: number;
  /**
   * Number of requests that read missing fields, one per file and field. Their results are not stored, so a
   * run must send the requests again.
   */
  readonly reads: number;
  readonly leftOut: Exclusions;
  /** The first selected items, as a sample. */
  readonly sample: readonly ItemKey[];
}

const SAMPLE_SIZE = 10;

/**
 * Lists the whole source and counts the items that the filter selects. Stores nothing. Reports invalid rows.
 */
export function countSelection(
  selection: Selection,
  {
    signal,
    listener,
    countsAll,
  }: {
    readonly signal: AbortSignal;
    readonly listener: RunListener;
    /** True to list the whole source, although the selection has as many items as its limit allows. */
    readonly countsAll: boolean;
  },
): Promise<SelectionCount> {
  return withCleanup(async (defer) => {
    const keys = new SeenKeys(selection, defer);
    const count = { listed: 0, selected: 0, pages: 0, reads: 0 };
    let total: number | null = null;
    let leftOut: Omit<Exclusions, 'unlisted'> = {
      repeated: 0,
      rejected: 0,
      undecided: NONE_UNDECIDED,
      passedOver: NONE_PASSED_OVER,
    };
    const sample: ItemKey[] = [];
    const limit = selection.limit ?? Number.POSITIVE_INFINITY;
    let isCut = false;
    for await (const page of readPages(selection, signal)) {
      emitRejected(listener, page);
      const { known } = keys;
      const decided = await decideCandidates(page.candidates, { selection, known, signal });
      const added = keys.add(page, decided, limit - count.selected);
      sample.push(...added.keys.slice(0, SAMPLE_SIZE - sample.length));
      count.listed += page.candidates.length;
      count.selected += added.keys.length;
      count.pages += 1;
      total = page.total ?? total;
      count.reads += decided.reads;
      leftOut = {
        repeated: leftOut.repeated + added.repeated,
        rejected: leftOut.rejected + (page.rejected?.count ?? 0),
        undecided: addUndecided(leftOut.undecided, decided.undecided),
        passedOver: addPassedOver(leftOut.passedOver, page.passedOver ?? NONE_PASSED_OVER),
      };
      isCut = page.next !== null && !countsAll && count.selected >= limit;
      if (isCut) break;
    }
    const unlisted = isCut ? 0 : countUnlisted(count.listed, total);
    return { ...count, leftOut: { ...leftOut, unlisted }, sample };
  });
}

async function* readPages({ source }: Selection, signal: AbortSignal): AsyncGenerator<SourcePage> {
  const walked = new Set<string | null>();
  let cursor: string | null = null;
  do {
    if (walked.has(cursor)) throw loopingListing(cursor);
    walked.add(cursor);
    signal.throwIfAborted();
    const page: SourcePage = await source.readPage(cursor, signal);
    yield page;
    cursor = page.next;
  } while (cursor !== null);
}

/**
 * Remembers the keys of earlier pages, to find repeated items. A listing repeats items only at the border of
 * two pages. A list of the user may repeat them anywhere.
 */
class SeenKeys {
  known: ReadonlySet<ItemKey> = new Set();
  readonly #selection: Selection;
  readonly #all: ScratchSet | null;

  constructor(selection: Selection, defer: (release: () => void) => void) {
    this.#selection = selection;
    this.#all = selection.source.uniqueKeys ? null : ScratchSet.open();
    defer(() => this.#all?.close());
  }

  /** Adds a page. Returns at most `room` of its selected keys that are new, and the number of repeated keys. */
  add(
    { candidates }: SourcePage,
    { selected }: DecidedPage,
    room: number,
  ): { readonly keys: readonly ItemKey[]; readonly repeated: number } {
    if (this.#all === null) {
      const keys = selectItems(selected, this.#selection, this.known).map(({ key }) => key);
      this.known = new Set(candidates.map(({ key }) => key));
      return { keys: keys.slice(0, room), repeated: 0 };
    }
    const keys = this.#all.add(selected.map(({ key }) => key));
    return { keys: keys.slice(0, room), repeated: selected.length - keys.length };
  }
}
