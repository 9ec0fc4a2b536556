import type { ItemKey } from '../core/item.ts';
import { isSelected, type Selection, selectItems } from '../engine/selection.ts';
import { loopingListing } from '../ledger/page-table.ts';
import { ScratchSet } from '../ledger/scratch-set.ts';
import type { SourcePage } from '../sources/source.ts';
import type { LeftOut } from './left-out.ts';
import { withCleanup } from './with-cleanup.ts';

/** A selection, counted. */
export interface SelectionCount {
  readonly listed: number;
  readonly selected: number;
  readonly pages: number;
  readonly leftOut: LeftOut;
  /** The first selected items, to look at. */
  readonly sample: readonly ItemKey[];
}

const SAMPLE_SIZE = 10;

/** Walks the source to its end and keeps nothing. */
export function countSelection(selection: Selection, signal: AbortSignal): Promise<SelectionCount> {
  return withCleanup(async (defer) => {
    const keysOf = newKeys(selection, defer);
    const count = { listed: 0, selected: 0, pages: 0 };
    const leftOut = { repeated: 0, rejected: 0 };
    const sample: ItemKey[] = [];
    for await (const page of pagesOf(selection, signal)) {
      const { keys, repeated } = keysOf(page);
      sample.push(...keys.slice(0, SAMPLE_SIZE - sample.length));
      count.listed += page.candidates.length;
      count.selected += keys.length;
      count.pages += 1;
      leftOut.repeated += repeated;
      leftOut.rejected += page.rejected?.count ?? 0;
    }
    return { ...count, leftOut, sample };
  });
}

async function* pagesOf({ source }: Selection, signal: AbortSignal): AsyncGenerator<SourcePage> {
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

/** Of each page what no page had before: a listing has ties at page borders only, a list anywhere. */
function newKeys(
  selection: Selection,
  defer: (release: () => void) => void,
): (page: SourcePage) => { keys: ItemKey[]; repeated: number } {
  let known: ReadonlySet<ItemKey> = new Set();
  const selected = (candidates: SourcePage['candidates']): ItemKey[] =>
    selectItems(candidates, selection, known).map(({ key }) => key);
  if (selection.source.uniqueKeys) {
    return ({ candidates }) => {
      const keys = selected(candidates);
      known = new Set(candidates.map(({ key }) => key));
      return { keys, repeated: 0 };
    };
  }
  const all = ScratchSet.open();
  defer(() => all.close());
  return ({ candidates }) => {
    const wanted = candidates.filter((candidate) => isSelected(candidate, selection));
    const keys = all.add(wanted.map(({ key }) => key));
    return { keys, repeated: wanted.length - keys.length };
  };
}
