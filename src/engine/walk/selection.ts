import { isDeepStrictEqual } from 'node:util';
import type { FileFacts, UncertainField } from '../../core/file-facts.ts';
import type { Item, ItemKey } from '../../core/item.ts';
import { isFinal } from '../../core/item-state.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { SkipReason } from '../../core/outcome.ts';
import { allOf, no, type Verdict, YES } from '../../core/verdict.ts';
import type { PlacedItem } from '../../ledger/item-row.ts';
import type { Candidate, Source } from '../../sources/source.ts';

/** Decides whether a file is selected. */
export type Filter = (facts: FileFacts) => Verdict;

/** The items of a run: a source and a filter, at one moment of server time. */
export interface Selection {
  readonly source: Source;
  readonly filter: Filter;
  /**
   * The conditions that the source itself applies, as far as the facts of a file can decide them. When a page
   * is listed again, they are checked together with `filter`. Absent if the source applies none.
   */
  readonly asked?: Filter;
  /**
   * Files uploaded later than this are out of scope, so that the listing comes to an end. Server time, ms.
   */
  readonly asOf: number;
  /** True if expressions of a step use the file. Its facts are then stored with the item. */
  readonly keepsFacts?: boolean;
  /** Fields that expressions of a step use. ucbulk reads them if the source leaves them out. */
  readonly neededFields?: readonly UncertainField[];
  /**
   * Fields that may be unknown and that the `if` of a destructive step uses. ucbulk reads them again before
   * that step. Absent if there is no such `if`.
   */
  readonly recheckedFields?: readonly UncertainField[];
  /** Number of files whose missing fields are read at the same time; default 1. */
  readonly readsAtOnce?: number;
}

/** An item that was found in the source. */
export type SelectedItem = Pick<Item, 'key' | 'details'>;

/** The items of the candidates, without repeated candidates and without those in `known`. */
export function selectItems(
  candidates: readonly Candidate[],
  selection: Selection,
  known: ReadonlySet<ItemKey>,
): SelectedItem[] {
  const items = new Map<ItemKey, SelectedItem>();
  for (const candidate of candidates) {
    const { key } = candidate;
    if (known.has(key) || items.has(key)) continue;
    items.set(key, { key, details: storedDetails(candidate, selection) });
  }
  return [...items.values()];
}

/** The details of a candidate that are stored with its item. An unknown field is stored as null. */
function storedDetails({ facts, details = null }: Candidate, { keepsFacts }: Selection) {
  if (keepsFacts !== true || facts === null) return details;
  return { ...details, file: factsAsJson(facts) };
}

/** The facts in the form that is stored with an item. */
function factsAsJson({ metadata, tags, ...plain }: FileFacts): JsonObject {
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

/** The reason why an item is dropped. */
export interface Drop {
  readonly reason: SkipReason;
  readonly message: string | null;
}

/** The result of a second check of an item. */
export interface Judged {
  /** null if the item still belongs to the selection. */
  readonly drop: Drop | null;
  /** The file as it is now; null if nothing is known about it. */
  readonly facts: FileFacts | null;
}

/** The items of a page that was listed again. */
export interface ListedAgain {
  /** Items that still belong to the selection, with the facts from the listing. */
  readonly seen: ReadonlyMap<ItemKey, FileFacts | null>;
  /** Files that must be read first, because the listing leaves out a needed field. */
  readonly open: ReadonlyMap<ItemKey, FileFacts>;
}

type Judging = { readonly selection: Selection; readonly signal: AbortSignal };

const GONE: Judged = { drop: { reason: 'gone', message: null }, facts: null };
const NO_LONGER_MATCHES: Drop = { reason: 'no longer matches', message: null };

/** Checks each candidate against the filter and the conditions of the source. */
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
 * Checks one item by reading its file. `listed` has the item's facts from the new listing; undefined if the
 * item is no longer listed.
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

/** Reads the missing fields that the conditions of the selection or an `if` need. */
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

/** The unknown fields that the `if` of a destructive step needs and that can be read. */
function missingFields(facts: FileFacts, { recheckedFields = [], source }: Selection) {
  const readable = source.readFields?.fields ?? [];
  return recheckedFields.filter((field) => facts[field] === null && readable.includes(field));
}

function judgeAgain(facts: FileFacts, selection: Selection): Verdict {
  return allOf([judge({ facts }, selection), selection.asked?.(facts) ?? YES]);
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

/** The results of a new check of a page. */
export interface FreshLook {
  readonly seen: ListedAgain['seen'];
  /** The results of items that were checked alone, by `seq`. */
  readonly judged: ReadonlyMap<number, Judged>;
}

/** An item with its current facts. */
interface FreshItem extends PlacedItem {
  readonly details: JsonObject;
}

/** Items whose facts differ from the stored ones. */
export interface ChangedFacts {
  readonly toKeep: readonly FreshItem[];
  /**
   * Items whose request is being prepared. They keep the older facts that their `if` used, and must be
   * checked again if their request is late.
   */
  readonly onTheWay: readonly FreshItem[];
}

/** Compares the results of a check with the stored facts. `waits`: true if an item waits for this check. */
export function changedFacts(
  items: readonly PlacedItem[],
  look: FreshLook & { readonly step: number; readonly waits: (seq: number) => boolean },
): ChangedFacts {
  const { step, seen, judged, waits } = look;
  const changed = items.flatMap((item): FreshItem[] => {
    // A changed or missing file may be the effect of our own request, which is sent again.
    if (isFinal(item.state) || (item.step === step && item.openSends > 0)) return [];
    const facts = judged.get(item.seq)?.facts ?? seen.get(item.key) ?? null;
    if (facts === null || isSameFile(item.details?.['file'], factsAsJson(facts))) return [];
    return [{ ...item, details: { ...item.details, file: factsAsJson(facts) } }];
  });
  const isOnTheWay = ({ seq, state }: FreshItem) => state === 'running' && !waits(seq);
  return {
    toKeep: changed.filter((item) => !isOnTheWay(item)),
    onTheWay: changed.filter(isOnTheWay),
  };
}

/** True if the facts that conditions use are equal. Ignores the order of keys, and the URL. */
function isSameFile(one: JsonValue | undefined, other: JsonObject): boolean {
  const kept = isJsonObject(one) ? one : {};
  return isDeepStrictEqual({ ...kept, url: null }, { ...other, url: null });
}
