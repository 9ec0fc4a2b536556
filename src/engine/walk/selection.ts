import type { FileFacts, UncertainField } from '../../core/file-facts.ts';
import type { Item, ItemKey } from '../../core/item.ts';
import type { JsonObject } from '../../core/json.ts';
import type { SkipReason } from '../../core/outcome.ts';
import { allOf, no, type Verdict, YES } from '../../core/verdict.ts';
import type { Candidate, Source } from '../../sources/source.ts';
import type { PlannedItems } from './planned-items.ts';

/**
 * The origin of the facts of deleted files. `listing`: the pages of the source contain them. `answer`: only the
 * answer to the delete contains them, because the source is a list of UUIDs.
 */
export type EvidenceSource = 'listing' | 'answer';

/** Decides whether a file is selected. */
export type Filter = (facts: FileFacts) => Verdict;

/** The items of a run, defined by a source, a filter and a moment in server time. */
export interface Selection {
  readonly source: Source;
  readonly filter: Filter;
  /**
   * The conditions of the source itself, such as a search, if ucbulk can check them with the facts of a file.
   * When ucbulk lists a page again, it checks these conditions together with `filter`. Absent if the source
   * has no conditions.
   */
  readonly asked?: Filter;
  /**
   * Time may still change whether a file matches that was uploaded after this time (server time, ms). Present
   * only if a later run of the job continues at the end of this one.
   */
  readonly openAfter?: number;
  /**
   * The selection contains only files that were uploaded before this time (server time, ms). Without this
   * limit, the listing might never end, because new files arrive all the time.
   */
  readonly asOf: number;
  /** True if a step uses the facts of the file. The ledger then stores them with the item. */
  readonly keepsFacts?: boolean;
  /** The origin of the facts of deleted files for `ucbulk evidence`. Absent if the run keeps no evidence. */
  readonly evidenceFrom?: EvidenceSource | null;
  /** Number of first items whose facts are always stored, because the results of a canary show their names. */
  readonly namedItems?: number;
  /**
   * Decides by the key of an item whether it belongs to the sample or shard of the job. Null or absent if the
   * job takes every item.
   */
  readonly isInPart?: ((key: ItemKey) => boolean) | null;
  /** The items of the plan that the run does. Absent if the run has its own selection. */
  readonly plan?: PlannedItems;
  /** The run has only the first selected items, up to this number. Null or absent for all. */
  readonly limit?: number | null;
  /** Fields that the expressions of steps use. ucbulk reads such a field if the source leaves it out. */
  readonly neededFields?: readonly UncertainField[];
  /**
   * Fields that ucbulk reads again before a step that deletes. The `if` of this step uses them, and a listing
   * may leave them out. Absent if there is no such `if`.
   */
  readonly recheckedFields?: readonly UncertainField[];
  /** Number of files whose missing fields are read at the same time; default 1. */
  readonly readsAtOnce?: () => number;
}

/** An item that was found in the source. */
export type SelectedItem = Pick<Item, 'key' | 'details'>;

/**
 * The items of the listed entries. Leaves out repeated entries and entries whose key is in `known`. `before` is
 * the number of items that the run already has.
 */
export function selectItems(
  candidates: readonly Candidate[],
  selection: Selection,
  { known, before }: { readonly known: ReadonlySet<ItemKey>; readonly before: number },
): SelectedItem[] {
  const { keepsFacts = false, namedItems = 0 } = selection;
  const items = new Map<ItemKey, SelectedItem>();
  for (const candidate of candidates) {
    const { key } = candidate;
    if (known.has(key) || items.has(key)) continue;
    const isNamed = before + items.size < namedItems;
    items.set(key, { key, details: storedDetails(candidate, keepsFacts || isNamed) });
  }
  return [...items.values()];
}

/** The details of an entry that are stored with its item. An unknown field is stored as null. */
function storedDetails({ facts, details = null }: Candidate, keepsFacts: boolean) {
  if (!keepsFacts || facts === null) return details;
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

/**
 * Decides whether an entry belongs to the selection: it is in the sample or shard of the job, was uploaded early
 * enough, and matches the filter. The result may be unknown.
 */
export function judge({ key, facts }: Candidate, selection: Selection): Verdict {
  if (selection.isInPart?.(key) === false) return no('not in the sample or shard of the job');
  return judgeFacts(facts, selection);
}

function judgeFacts(facts: FileFacts | null, selection: Selection): Verdict {
  if (facts === null) return YES;
  if (!(facts.uploadedAt <= selection.asOf)) return no('uploaded after the run began');
  return selection.filter(facts);
}

/** Why a new check excludes an item from a delete. */
export interface Drop {
  readonly reason: SkipReason;
  readonly message: string | null;
}

/** The result of a new check of an item. */
export interface Judged {
  /** The reason why the item is no longer selected; null if it still is. */
  readonly drop: Drop | null;
  /** The file as it is now; null if nothing is known about it. */
  readonly facts: FileFacts | null;
}

/** The items of a page that was listed again. */
export interface ListedAgain {
  /** Items that are still selected, with the facts from the listing. */
  readonly seen: ReadonlyMap<ItemKey, FileFacts | null>;
  /**
   * Files about which the listing can't decide, because it leaves out a needed field. ucbulk must read this
   * field first.
   */
  readonly open: ReadonlyMap<ItemKey, FileFacts>;
}

type Judging = { readonly selection: Selection; readonly signal: AbortSignal };

const GONE: Judged = { drop: { reason: 'gone', message: null }, facts: null };
const NO_LONGER_MATCHES: Drop = { reason: 'no longer matches', message: null };

/** Decides for each entry whether it matches the filter and the conditions of the source. */
export function judgeListed(candidates: readonly Candidate[], selection: Selection): ListedAgain {
  const seen = new Map<ItemKey, FileFacts | null>();
  const open = new Map<ItemKey, FileFacts>();
  for (const { key, facts } of candidates) {
    if (facts === null) seen.set(key, facts);
    else {
      const verdict = judgeAgain(facts, selection);
      const isOpen = verdict.kind === 'unknown' || missingFields(facts, selection).length > 0;
      if (verdict.kind === 'yes' && !isOpen) seen.set(key, facts);
      else if (verdict.kind !== 'no') open.set(key, facts);
    }
  }
  return { seen, open };
}

/**
 * Decides about one item after reading its file. `listed` is the file as the new listing shows it; undefined
 * if the listing does not contain it.
 */
export async function judgeAlone(
  key: ItemKey,
  listed: FileFacts | undefined,
  { selection, signal }: Judging,
): Promise<Judged> {
  const { source } = selection;
  if (listed !== undefined) return judgeFile(listed, { selection, signal });
  if (source.lookUp === undefined) return { drop: NO_LONGER_MATCHES, facts: null };
  const facts = await source.lookUp(key, signal);
  if (facts === null || facts.removedAt !== null) return GONE;
  const judged = await judgeFile(facts, { selection, signal });
  if (judged.drop !== null || source.stillFinds === undefined) return judged;
  return (await source.stillFinds(key, signal)) ? judged : { ...judged, drop: NO_LONGER_MATCHES };
}

/** Decides about a file after reading the missing fields that the selection or an `if` needs. */
async function judgeFile(facts: FileFacts, { selection, signal }: Judging): Promise<Judged> {
  const first = judgeAgain(facts, selection);
  const { readFields } = selection.source;
  const undecided = first.kind === 'unknown' ? first.fields : [];
  const forFilter = undecided.filter((field) => readFields?.fields.includes(field));
  const forSteps = first.kind === 'no' ? [] : missingFields(facts, selection);
  const fields = [...new Set([...forFilter, ...forSteps])];
  const complete =
    fields.length === 0 ? facts : ((await readFields?.read(facts, fields, signal)) ?? facts);
  return { drop: findDrop(complete, selection), facts: complete };
}

/** Unknown fields that the `if` of a step that deletes needs, and that ucbulk can read. */
function missingFields(facts: FileFacts, { recheckedFields = [], source }: Selection) {
  const readable = source.readFields?.fields ?? [];
  return recheckedFields.filter((field) => facts[field] === null && readable.includes(field));
}

function judgeAgain(facts: FileFacts, selection: Selection): Verdict {
  return allOf([judgeFacts(facts, selection), selection.asked?.(facts) ?? YES]);
}

function findDrop(facts: FileFacts, selection: Selection): Drop | null {
  const verdict = judgeAgain(facts, selection);
  if (verdict.kind === 'yes') return null;
  if (verdict.kind === 'unknown') {
    return { reason: 'undecidable', message: `Unknown: ${verdict.fields.join(', ')}` };
  }
  if (facts.storedAt === null) return NO_LONGER_MATCHES;
  const isStorageTheReason = judgeAgain({ ...facts, storedAt: null }, selection).kind !== 'no';
  return isStorageTheReason ? { reason: 'stored meanwhile', message: null } : NO_LONGER_MATCHES;
}
