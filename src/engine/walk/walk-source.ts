import type { UncertainField } from '../../core/file-facts.ts';
import type { ItemKey } from '../../core/item.ts';
import { NONE_PASSED_OVER } from '../../core/passed-over.ts';
import type { CrashHook } from '../../core/world.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { loopingListing, type PageRecord } from '../../ledger/page-table.ts';
import type { SourcePage } from '../../sources/source.ts';
import type { RunListener } from '../run-events.ts';
import { type DecidedPage, type Deciding, decideCandidates } from './decide-candidates.ts';
import { insertChanged } from './insert-changed.ts';
import { keepListed } from './keep-evidence.ts';
import { earliestOpen, leaveOpen } from './left-open.ts';
import { OrderProof } from './order-proof.ts';
import { type SelectedItem, type Selection, selectItems } from './selection.ts';

/** Dependencies of the listing. */
export interface WalkDependencies {
  readonly ledger: Ledger;
  readonly selection: Selection;
  readonly serverNow: () => number;
  readonly crash: CrashHook;
  readonly listener: RunListener;
  /**
   * Aborts the listing, also in the middle of a page. The next resume continues after the last recorded page.
   */
  readonly signal: AbortSignal;
  /**
   * True if the whole source must be listed, although the run has enough items. A guard on the share of the
   * listed items needs that.
   */
  readonly countsAll: boolean;
  /** Called after each page that was recorded. */
  readonly onPage: () => void;
}

/** After this number of pages in a row without a new key, ucbulk decides that the listing never ends. */
const MAX_STALE_PAGES = 3;
/** Number of recent keys to remember, to find repeated files. It is twice the size of the largest page. */
const KNOWN_ITEMS = 2000;
/** The time of the last check of a page that was not read from the service. */
const NEVER = 0;

/**
 * Lists the source, starting at the cursor in the ledger. Records each page together with its next cursor in
 * one transaction. The selection is complete after a page without a next cursor, or when it has as many items
 * as its limit allows. Returns true if it is certain that no item was listed twice.
 */
export async function walkSource(deps: WalkDependencies): Promise<boolean> {
  const { ledger, selection, signal } = deps;
  let last = ledger.pages.last();
  if (ledger.run.get().walkFinished) {
    emitFinished(deps, last);
    return false;
  }
  const proof = last === null ? new OrderProof() : null; // needs all pages since the first
  let known = newestKeys(ledger);
  let stale = 0;
  const begins = new Set<ItemKey>();
  const onReads = once((fields: readonly UncertainField[]) => {
    deps.listener({ kind: 'fields-read', fields });
  });
  for (;;) {
    signal.throwIfAborted();
    const cursor = last?.next ?? null;
    // Reading missing fields can take minutes. So the age of the page counts from the time before its
    // listing.
    const checkedAt = deps.serverNow();
    const page = await selection.source.readPage(cursor, signal);
    await deps.crash('page-read');
    stale = selection.source.uniqueKeys && isStale(page, { known, begins }) ? stale + 1 : 0;
    if (isLooping(page, cursor, stale)) throw loopingListing(cursor);
    const { decided, items, openFrom } = await decidePage(deps, page, { known, onReads });
    const no = (last?.no ?? 0) + 1;
    const recorded = recordPage(deps, { no, cursor, page, checkedAt, decided, items, openFrom });
    last = recorded.page;
    proof?.add(items, decided.selected);
    await deps.crash('page-committed');
    emitRejected(deps.listener, page);
    tell(deps, recorded);
    if (recorded.isLast) return proof?.holds === true;
    known = new Set([...known, ...page.candidates.map(({ key }) => key)].slice(-KNOWN_ITEMS));
  }
}

/** Applies the filter to a page, and takes as many items as the run still needs. */
async function decidePage(
  deps: WalkDependencies,
  page: SourcePage,
  options: Pick<Deciding, 'known' | 'onReads'>,
): Promise<{ decided: DecidedPage; items: readonly SelectedItem[]; openFrom: number | null }> {
  const { selection, signal } = deps;
  const room = roomLeft(deps);
  const { known } = options;
  const wanted = room === 0 ? [] : page.candidates;
  const decided = await decideCandidates(wanted, { selection, signal, ...options });
  const before = deps.ledger.items.counts().total;
  const items = selectItems(decided.selected, selection, { known, before }).slice(0, room);
  const walked = { page, decided, items, known, isBeyondLimit: room === 0 };
  return { decided, items, openFrom: earliestOpen(walked, selection) };
}

/**
 * Number of items that the walk may still add. A source that may repeat keys has no limit here: `trimSelection`
 * applies the limit when the repeated items are removed.
 */
function roomLeft({ ledger, selection }: Pick<WalkDependencies, 'ledger' | 'selection'>): number {
  const { limit = null, source } = selection;
  if (limit === null || !source.uniqueKeys) return Number.POSITIVE_INFINITY;
  return Math.max(0, limit - ledger.items.counts().total);
}

function once<Args extends readonly unknown[]>(tell: (...args: Args) => void) {
  let isTold = false;
  return (...args: Args): void => {
    if (!isTold) tell(...args);
    isTold = true;
  };
}

/**
 * The newest keys. Older keys are not needed to find repeated files: a listing repeats a file only at the
 * border of two pages, if several files have the same upload time.
 */
function newestKeys(ledger: Ledger): ReadonlySet<ItemKey> {
  const firstSeq = Math.max(1, ledger.items.lastSeq() - KNOWN_ITEMS + 1);
  const newest = ledger.items.ofPage({ firstSeq, selected: KNOWN_ITEMS });
  return new Set(newest.map(({ key }) => key));
}

function isLooping({ next }: SourcePage, cursor: string | null, stale: number): boolean {
  return stale >= MAX_STALE_PAGES || (next !== null && next === cursor);
}

/** True if the listing runs in a loop: the page has no new keys, or it begins like an earlier page. */
function isStale(
  page: SourcePage,
  { known, begins }: { known: ReadonlySet<ItemKey>; begins: Set<ItemKey> },
): boolean {
  const [first] = page.candidates;
  const isKnown = page.changed === undefined && page.candidates.every(({ key }) => known.has(key));
  const isAgain = first !== undefined && begins.has(first.key);
  if (first !== undefined) begins.add(first.key);
  return page.next !== null && (isKnown || isAgain);
}

/** A page in the ledger. */
interface RecordedPage {
  readonly page: PageRecord;
  /** True if the selection is complete with this page. */
  readonly isLast: boolean;
}

function recordPage(
  deps: WalkDependencies,
  walked: {
    no: number;
    cursor: string | null;
    page: SourcePage;
    checkedAt: number;
    decided: DecidedPage;
    items: readonly SelectedItem[];
    openFrom: number | null;
  },
): RecordedPage {
  const { ledger } = deps;
  const { no, cursor, page, checkedAt, decided, items, openFrom } = walked;
  const { changed = [] } = page;
  return ledger.transaction(() => {
    const record: PageRecord = {
      no,
      cursor,
      next: page.next,
      listed: page.candidates.length,
      selected: items.length + changed.length,
      repeated: repeatedIn(decided, items, deps.selection),
      rejected: page.rejected?.count ?? 0,
      firstSeq: ledger.items.lastSeq() + 1,
      checkedAt: page.isStored === true ? NEVER : checkedAt,
    };
    ledger.pages.insert(record);
    ledger.undecided.add(decided.undecided);
    if (page.total !== undefined) ledger.listingTotal.set(page.total);
    ledger.passedOver.add(page.passedOver ?? NONE_PASSED_OVER);
    ledger.items.insert(items, no);
    keepListed(deps, record, { listed: decided.selected, items });
    insertChanged(changed, { no, ledger, at: checkedAt });
    ledger.plan.add({ changed: changed.length, newMatches: decided.newMatches });
    const isLast = page.next === null || (!deps.countsAll && roomLeft(deps) === 0);
    if (isLast) ledger.run.setWalkFinished();
    leaveOpen(ledger, { page, openFrom, isLast });
    return { page: record, isLast };
  });
}

/**
 * Number of repeated items on a page, for the summary. It is always 0 for a source with `uniqueKeys`: the
 * listing of such a source may repeat a few files at the border of two pages, which is normal.
 */
function repeatedIn(
  { selected }: DecidedPage,
  items: readonly SelectedItem[],
  selection: Selection,
): number {
  if (selection.source.uniqueKeys) return 0;
  return selected.length - items.length;
}

function tell(deps: WalkDependencies, { page, isLast }: RecordedPage): void {
  const selectedTotal = deps.ledger.items.counts().total;
  deps.listener({
    kind: 'page-walked',
    page: page.no,
    listed: page.listed,
    selected: page.selected,
    selectedTotal,
  });
  if (isLast) emitFinished(deps, page);
  deps.onPage();
}

/** Emits an event with the number of invalid rows of a page. Describes the first of them. */
export function emitRejected(listener: RunListener, { rejected }: SourcePage): void {
  if (rejected === undefined) return;
  const samples = rejected.samples.map((row) => `${row.place}: ${row.reason}`);
  listener({ kind: 'rows-rejected', count: rejected.count, samples });
}

function emitFinished({ ledger, listener }: WalkDependencies, last: PageRecord | null): void {
  const selectedTotal = ledger.items.counts().total;
  listener({ kind: 'walk-finished', pages: last?.no ?? 0, selectedTotal });
}
