import type { FileFacts } from '../core/file-facts.ts';
import type { Item, ItemKey } from '../core/item.ts';
import type { Candidate, Source } from '../sources/source.ts';

/** Why a file is not selected; null where it is. */
export type Filter = (facts: FileFacts) => string | null;

/** Which items a run is about: a source and a filter, as of a moment of server time. */
export interface Selection {
  readonly source: Source;
  readonly filter: Filter;
  /** Files that came later are out of scope, so that a walk ends. Server time, ms. */
  readonly asOf: number;
  /** True where a step's condition asks for what the listing told of a file. */
  readonly keepsFacts?: boolean;
}

/** An item as the walk finds it. */
export type SelectedItem = Pick<Item, 'key' | 'details'>;

/** What of a page belongs to the selection, each key once, without those in `known`. */
export function selectItems(
  candidates: readonly Candidate[],
  selection: Selection,
  known: ReadonlySet<ItemKey>,
): SelectedItem[] {
  const items = new Map<ItemKey, SelectedItem>();
  for (const candidate of candidates) {
    const { key } = candidate;
    if (known.has(key) || items.has(key) || !isSelected(candidate, selection)) continue;
    items.set(key, { key, details: detailsOf(candidate, selection) });
  }
  return [...items.values()];
}

/** What is kept of a candidate beside its key. */
function detailsOf({ facts, details = null }: Candidate, { keepsFacts }: Selection) {
  if (keepsFacts !== true || facts === null) return details;
  const { metadata, tags, ...plain } = facts;
  return { ...details, file: { ...plain, metadata: { ...metadata }, tags: [...tags] } };
}

/** True where the candidate is in scope and the filter lets it through. */
export function isSelected({ facts }: Candidate, selection: Selection): boolean {
  if (facts === null) return true;
  return facts.uploadedAt <= selection.asOf && selection.filter(facts) === null;
}
