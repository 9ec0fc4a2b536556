import type { FileFacts, UncertainField } from '../../core/file-facts.ts';
import type { Item, ItemKey } from '../../core/item.ts';
import type { JsonObject } from '../../core/json.ts';
import { no, type Verdict, YES } from '../../core/verdict.ts';
import type { Candidate, Source } from '../../sources/source.ts';

/** Decides whether a file is selected. */
export type Filter = (facts: FileFacts) => Verdict;

/** Which items a run is about: a source and a filter, as of a moment of server time. */
export interface Selection {
  readonly source: Source;
  readonly filter: Filter;
  /**
   * What the source itself was asked for, as far as a file's facts decide it: judged together with
   * `filter` when a page is listed again. Absent if the source was asked for no such thing.
   */
  readonly asked?: Filter;
  /** Files that came later are out of scope, so that a walk ends. Server time, ms. */
  readonly asOf: number;
  /** True if a step's expressions look at the file, so that its facts are kept with the item. */
  readonly keepsFacts?: boolean;
  /** Fields of the file that a step's expressions look at: they are read if the source left them out. */
  readonly neededFields?: readonly UncertainField[];
  /**
   * Fields that may be unknown and that the `if` of a destructive step looks at: read again before
   * that step. Absent if no such `if` looks at the file.
   */
  readonly recheckedFields?: readonly UncertainField[];
  /** Files whose missing fields are read at once; 1 if absent. */
  readonly readsAtOnce?: number;
}

/** An item as the walk finds it. */
export type SelectedItem = Pick<Item, 'key' | 'details'>;

/** Each of these candidates once, without those in `known`. */
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

/** What is kept of a candidate beside its key. A field that is unknown is kept as null. */
function detailsOf({ facts, details = null }: Candidate, { keepsFacts }: Selection) {
  if (keepsFacts !== true || facts === null) return details;
  return { ...details, file: factsAsJson(facts) };
}

/** The facts as they are kept with an item. */
export function factsAsJson({ metadata, tags, ...plain }: FileFacts): JsonObject {
  return {
    ...plain,
    metadata: metadata === null ? null : { ...metadata },
    tags: tags === null ? null : [...tags],
  };
}

/** Whether the candidate is in scope and the filter selects it. */
export function judge({ facts }: Pick<Candidate, 'facts'>, selection: Selection): Verdict {
  if (facts === null) return YES;
  if (!(facts.uploadedAt <= selection.asOf)) return no('uploaded after the run began');
  return selection.filter(facts);
}
