import type { ItemKey } from '../../core/item.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Candidate, SourcePage } from '../../sources/source.ts';
import type { DecidedPage } from './decide-candidates.ts';
import type { SelectedItem, Selection } from './selection.ts';

/** A page and what the run decided about it. */
interface WalkedPage {
  readonly page: SourcePage;
  readonly decided: DecidedPage;
  readonly items: readonly SelectedItem[];
  readonly known: ReadonlySet<ItemKey>;
  /** True if the run already had all items of its limit, so that it decided about no file of the page. */
  readonly isBeyondLimit: boolean;
}

/**
 * The earliest upload on a page about which a later run must decide again; null if there is none. These are
 * files that are too young, that are undecided, or that exceed the limit of the run.
 */
export function earliestOpen(walked: WalkedPage, { openAfter }: Selection): number | null {
  if (openAfter === undefined) return null;
  const { page, decided, items, known, isBeyondLimit } = walked;
  const taken = new Set(items.map(({ key }) => key));
  const selected = new Set(decided.selected.map(({ key }) => key));
  const isOpen = ({ key, facts }: Candidate): boolean => {
    if (taken.has(key) || known.has(key)) return false;
    if (isBeyondLimit || selected.has(key) || decided.undecidedKeys.has(key)) return true;
    return facts !== null && facts.uploadedAt > openAfter;
  };
  return earliest(page.candidates.filter(isOpen));
}

/**
 * Records from which upload time on a later run must list files. If the walk ends before the end of the source,
 * that includes all files after this page.
 */
export function leaveOpen(
  { listingSince }: Pick<Ledger, 'listingSince'>,
  { page, openFrom, isLast }: { page: SourcePage; openFrom: number | null; isLast: boolean },
): void {
  if (openFrom !== null) listingSince.leaveOpen(openFrom);
  const last = page.candidates.at(-1)?.facts?.uploadedAt;
  if (isLast && page.next !== null && last !== undefined) listingSince.leaveOpen(last);
}

function earliest(candidates: readonly Candidate[]): number | null {
  const times = candidates.flatMap(({ facts }) => (facts === null ? [] : [facts.uploadedAt]));
  return times.length === 0 ? null : Math.min(...times);
}
