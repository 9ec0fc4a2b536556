import type { FileFacts, UncertainField } from '../../core/file-facts.ts';
import type { Item, ItemKey } from '../../core/item.ts';
import type { JsonObject } from '../../core/json.ts';
import { no, type Verdict, YES } from '../../core/verdict.ts';
import type { Candidate, Source } from '../../sources/source.ts';

/** Decides whether a file is selected. */
export type Filter = (facts: FileFacts) => Verdict;

/** The items of a run: a source and a filter, as of a moment of server time. */
export interface Selection {
  readonly source: Source;
  readonly filter: Filter;
  /**
   * The source's own conditions, as far as a file's facts can decide them. They are checked together with
   * `filter` when a page is listed again. Absent if the source has none.
   */
  readonly asked?: Filter;
  /** Later files are out of scope, so that the walk ends. Server time, ms. */
  readonly asOf: number;
  /** True if expressions of a step use the file, so that its facts are stored with the item. */
  readonly keepsFacts?: boolean;
  /** Fields that expressions of a step use. They are read if the source lacks them. */
  readonly neededFields?: readonly UncertainField[];
  /**
   * Fields that may be unknown and that the `if` of a destructive step uses. They are read again before that
   * step. Absent if there is no such `if`.
   */
  readonly recheckedFields?: readonly UncertainField[];
  /** Number of files whose missing fields are read at the same time; default 1. */
  readonly readsAtOnce?: number;
}

/** An item that the walk found. */
export type SelectedItem = Pick<Item, 'key' | 'details'>;

/** Removes repeated candidates, and those in `known`. */
export function selectItems(
  candidates: readonly Candidate[],
  selection: Selection,
  known: ReadonlySet<ItemKey>,
): SelectedItem[] {
  const items = new Map<ItemKey, SelectedItem>();
  for (const candidate of candidates) {
    const { key } = candidate;
    if (known.has(key) || items.has(key)) continue;
    items.set(key, { key, details: detailsOf(candidate, selection) });
  }
  return [...items.values()];
}

/** The stored details of a candidate. An unknown field is stored as null. */
function detailsOf({ facts, details = null }: Candidate, { keepsFacts }: Selection) {
  if (keepsFacts !== true || facts === null) return details;
  return { ...details, file: factsAsJson(facts) };
}

/** The facts in the form that is stored with an item. */
export function factsAsJson({ metadata, tags, ...plain }: FileFacts): JsonObject {
  return {
    ...plain,
    metadata: metadata === null ? null : { ...metadata },
    tags: tags === null ? null : [...tags],
  };
}

/** Decides whether a candidate is in scope and the filter selects it. */
export function judge({ facts }: Pick<Candidate, 'facts'>, selection: Selection): Verdict {
  if (facts === null) return YES;
  if (!(facts.uploadedAt <= selection.asOf)) return no('uploaded after the run began');
  return selection.filter(facts);
}
