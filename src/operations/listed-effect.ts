import type { FileFacts } from '../core/file-facts.ts';
import type { Item } from '../core/item.ts';
import type { JsonObject } from '../core/json.ts';
import type { AppData } from '../uploadcare/wire/file-details.ts';
import { type ExpectedGroup, type FoundGroup, findGroupDifferences } from './listed-group.ts';
import type { ExpectedObject } from './listed-object.ts';
import { hashResult } from './result-hash.ts';

/** A step that is done for an item. */
export interface DoneStep {
  readonly item: Item;
  /** UUID of the file on which the step worked, or the key of an item that is no file. */
  readonly file: string;
  readonly result: JsonObject | null;
  /** The values of the step's expressions; null if it has none. */
  readonly values: JsonObject | null;
}

/** How a file must look in the listing of its project, if nobody changed it after the step. */
export interface ExpectedFile {
  readonly uuid: string;
  /** True if the listing must not contain the file. The other properties are then absent. */
  readonly isGone?: true;
  readonly isStored?: true;
  /** True if the file was not stored, so the service deletes it after 24 hours. */
  readonly mayExpire?: true;
  /** Size in bytes. */
  readonly size?: number;
  /** Values by metadata key; null if the file must not have the key. */
  readonly metadata?: Readonly<Record<string, string | null>>;
  /** Tags that the file must have. */
  readonly tags?: readonly string[];
  /** Tags that the file must not have. `others`: every tag that is not in `tags`. */
  readonly withoutTags?: readonly string[] | 'others';
  /** Hashes of the results that add-ons stored with the file, by the name of the add-on. */
  readonly addonResults?: Readonly<Record<string, string>>;
}

/** How a file or group must look in the listing of its project. */
export type ExpectedThing = ExpectedFile | ExpectedGroup;

/** A file in a listing. `appdata` is null if the service left it out, and absent if nobody asked for it. */
export interface FoundFile extends FileFacts {
  readonly appdata?: ReadonlyMap<string, AppData> | null;
}

/** A file or group in a listing. */
export type FoundThing = FoundFile | FoundGroup;

/**
 * The files, groups and objects that show the effect of a step (none if it has no effect), or why a listing can't show
 * it.
 */
export type ListedEffect =
  | readonly (ExpectedThing | ExpectedObject)[]
  | { readonly hidden: string };

/** True if a group is expected, and not a file. */
export function isGroup(expected: ExpectedThing): expected is ExpectedGroup {
  return 'groupSize' in expected;
}

/** The expectation that a made file exists. Empty if `value` names no file. */
export function madeFile(value: unknown, isStored: boolean): ExpectedFile[] {
  if (typeof value !== 'string') return [];
  return [{ uuid: value, ...(isStored ? { isStored } : { mayExpire: true }) }];
}

/** True if the file or group exists. The service still lists a removed file for some time. */
export function isPresent(thing: FoundThing | null): thing is FoundThing {
  return thing !== null && !('removedAt' in thing && thing.removedAt !== null);
}

/**
 * Compares a file or group with the expectation. Returns each difference as a text. `found`: null if it is not
 * listed.
 */
export function findDifferences(expected: ExpectedThing, found: FoundThing | null): string[] {
  if (isGroup(expected)) return findGroupDifferences(expected, found as FoundGroup | null);
  return findFileDifferences(expected, found as FoundFile | null);
}

function findFileDifferences(expected: ExpectedFile, file: FoundFile | null): string[] {
  const isListed = isPresent(file);
  if (expected.isGone) return isListed ? ['the file still exists'] : [];
  if (!isListed) return ['the file does not exist'];
  const differences: string[] = [];
  if (!file.isReady) differences.push('the file is not ready');
  if (expected.isStored && file.storedAt === null) differences.push('the file is not stored');
  if (expected.size !== undefined && expected.size !== file.size) {
    differences.push(`the file has ${file.size} bytes, and not ${expected.size}`);
  }
  return [
    ...differences,
    ...metadataDifferences(expected, file),
    ...tagDifferences(expected, file),
    ...addonDifferences(expected, file),
  ];
}

/** True if the listing left out a field that decides about the expectation. */
export function lacksField(expected: ExpectedThing, found: FoundThing | null): boolean {
  if (isGroup(expected) || !isPresent(found)) return false;
  const { metadata, tags, withoutTags, addonResults } = expected;
  const file = found as FoundFile;
  return (
    (metadata !== undefined && file.metadata === null) ||
    ((tags ?? withoutTags) !== undefined && file.tags === null) ||
    (addonResults !== undefined && file.appdata == null)
  );
}

function metadataDifferences({ metadata = {} }: ExpectedFile, file: FileFacts): string[] {
  const has = file.metadata ?? {};
  return Object.entries(metadata).flatMap(([key, value]) => {
    const found = Object.hasOwn(has, key) ? (has[key] ?? null) : null;
    if (found === value) return [];
    if (value === null) return [`the file still has the metadata key ${key}`];
    return [`the metadata key ${key} ${found === null ? 'is missing' : 'has another value'}`];
  });
}

function tagDifferences({ tags = [], withoutTags = [] }: ExpectedFile, file: FileFacts): string[] {
  const has = file.tags ?? [];
  const unwanted =
    withoutTags === 'others'
      ? has.filter((tag) => !tags.includes(tag))
      : has.filter((tag) => withoutTags.includes(tag));
  return [
    ...tags.filter((tag) => !has.includes(tag)).map((tag) => `the tag ${tag} is missing`),
    ...unwanted.map((tag) => `the file still has the tag ${tag}`),
  ];
}

function addonDifferences({ addonResults = {} }: ExpectedFile, { appdata }: FoundFile): string[] {
  return Object.entries(addonResults).flatMap(([name, hash]) => {
    const stored = appdata?.get(name);
    if (stored === undefined) return [`the file has no result of the add-on ${name}`];
    return hashResult(stored.data) === hash ? [] : [`the add-on ${name} has another result`];
  });
}

/**
 * The expectation that a file or group of an earlier run exists, without the metadata, tags and results, which that run
 * may have set to other values.
 */
export function withoutProperties(expected: ExpectedThing): ExpectedThing {
  if (isGroup(expected)) return expected;
  const { metadata, tags, withoutTags, addonResults, ...others } = expected;
  return others;
}

/**
 * The parts of an expectation that a later step does not replace. Null if nothing is left, because the later step
 * deleted the file or changed the same values.
 */
export function withoutReplaced(
  expected: ExpectedThing,
  later: ExpectedThing,
): ExpectedThing | null {
  if (later.isGone || expected.isGone) return null;
  if (isGroup(expected) || isGroup(later)) return expected;
  const metadata = Object.entries(expected.metadata ?? {}).filter(
    ([key]) => !Object.hasOwn(later.metadata ?? {}, key),
  );
  const hasLaterTags = (later.tags ?? later.withoutTags) !== undefined;
  const addonResults = Object.entries(expected.addonResults ?? {}).filter(
    ([name]) => !Object.hasOwn(later.addonResults ?? {}, name),
  );
  const { tags, withoutTags, metadata: _, addonResults: __, mayExpire, ...others } = expected;
  return {
    ...others,
    ...(mayExpire && !later.isStored && { mayExpire }),
    ...(metadata.length > 0 && { metadata: Object.fromEntries(metadata) }),
    ...(addonResults.length > 0 && { addonResults: Object.fromEntries(addonResults) }),
    ...(!hasLaterTags && tags && { tags }),
    ...(!hasLaterTags && withoutTags && { withoutTags }),
  };
}
