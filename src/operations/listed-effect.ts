import type { FileFacts } from '../core/file-facts.ts';
import type { JsonObject } from '../core/json.ts';

/** A step that is done for an item. */
export interface DoneStep {
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
}

/** The files that show the effect of a step (none if it has no effect), or why a listing can't show it. */
export type ListedEffect = readonly ExpectedFile[] | { readonly hidden: string };

/** The expectation that a made file exists. Empty if `value` names no file. */
export function madeFile(value: unknown, isStored: boolean): ExpectedFile[] {
  if (typeof value !== 'string') return [];
  return [{ uuid: value, ...(isStored ? { isStored } : { mayExpire: true }) }];
}

/** Compares a file with the expectation. Returns each difference as a text. `file`: null if it is not listed. */
export function findDifferences(expected: ExpectedFile, file: FileFacts | null): string[] {
  const isListed = file !== null && file.removedAt === null;
  if (expected.isGone) return isListed ? ['the file still exists'] : [];
  if (!isListed) return ['the file does not exist'];
  const differences: string[] = [];
  if (!file.isReady) differences.push('the file is not ready');
  if (expected.isStored && file.storedAt === null) differences.push('the file is not stored');
  if (expected.size !== undefined && expected.size !== file.size) {
    differences.push(`the file has ${file.size} bytes, and not ${expected.size}`);
  }
  differences.push(...metadataDifferences(expected, file), ...tagDifferences(expected, file));
  return differences;
}

/** Fields that decide about the expectation, but that the listing left out. */
export function missingFields(
  { metadata, tags, withoutTags }: ExpectedFile,
  file: FileFacts,
): ('metadata' | 'tags')[] {
  const missing: ('metadata' | 'tags')[] = [];
  if (metadata !== undefined && file.metadata === null) missing.push('metadata');
  if ((tags ?? withoutTags) !== undefined && file.tags === null) missing.push('tags');
  return missing;
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

/**
 * The parts of an expectation that a later step does not replace. Null if nothing is left, because the later step
 * deleted the file or changed the same values.
 */
export function withoutReplaced(expected: ExpectedFile, later: ExpectedFile): ExpectedFile | null {
  if (later.isGone || expected.isGone) return null;
  const metadata = Object.entries(expected.metadata ?? {}).filter(
    ([key]) => !Object.hasOwn(later.metadata ?? {}, key),
  );
  const hasLaterTags = (later.tags ?? later.withoutTags) !== undefined;
  const { tags, withoutTags, metadata: _, mayExpire, ...others } = expected;
  return {
    ...others,
    ...(mayExpire && !later.isStored && { mayExpire }),
    ...(metadata.length > 0 && { metadata: Object.fromEntries(metadata) }),
    ...(!hasLaterTags && tags && { tags }),
    ...(!hasLaterTags && withoutTags && { withoutTags }),
  };
}
