import type { FileFacts } from '../core/file-facts.ts';
import type { ItemKey } from '../core/item.ts';
import type { Candidate, Source } from '../sources/source.ts';

/** Why a file is not selected; null where it is. */
export type Filter = (facts: FileFacts) => string | null;

/** Which items a run is about: a source and a filter, as of a moment of server time. */
export interface Selection {
  readonly source: Source;
  readonly filter: Filter;
  /** Files that came later are out of scope, so that a walk ends. Server time, ms. */
  readonly asOf: number;
}

/** The keys of a page that belong to the selection, each once, without those in `known`. */
export function selectKeys(
  candidates: readonly Candidate[],
  selection: Selection,
  known: ReadonlySet<ItemKey>,
): ItemKey[] {
  const keys = new Set<ItemKey>();
  for (const candidate of candidates) {
    if (!known.has(candidate.key) && isSelected(candidate, selection)) keys.add(candidate.key);
  }
  return [...keys];
}

/** True where the candidate is in scope and the filter lets it through. */
export function isSelected({ facts }: Candidate, selection: Selection): boolean {
  if (facts === null) return true;
  return facts.uploadedAt <= selection.asOf && selection.filter(facts) === null;
}
