import { ClassifiedError } from '../core/failure.ts';
import { MAX_METADATA_VALUE } from '../core/file-limits.ts';
import type { Item } from '../core/item.ts';
import type { JsonObject } from '../core/json.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Bucket, ObjectFacts } from '../s3/bucket.ts';
import { decodeHeaderText } from '../s3/decode-header-text.ts';
import { type ObjectDetails, readObjectDetails } from '../s3/object-details.ts';

/** The facts about an object that its new file can keep. */
export const OBJECT_KEPT = ['filename', 'metadata'] as const;

/** Advice for an object whose metadata do not fit. */
export const KEEP_LESS = 'Leave the metadata out with `keep: [filename]`';

/** The facts that a new file keeps of its object. */
export interface ObjectKeeping {
  /** Metadata key for the key of the object. */
  readonly pathKey?: string | undefined;
  readonly keep?: readonly string[] | undefined;
}

/** An object that was read just now, and is still as it was listed. */
export interface CheckedObject {
  readonly details: ObjectDetails;
  readonly facts: ObjectFacts;
  /** The last part of the key, or the name of the deleted file of which the object is the backup. */
  readonly name: string;
  /** Metadata for the new file: that of the object and its key, as the job wants it. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Tags of the deleted file of which the object is the backup. */
  readonly tags: readonly string[];
}

/** Longest name of a metadata key at Uploadcare, in characters. */
const MAX_KEY_LENGTH = 64;

/**
 * Reads the facts about the object of an item with one HEAD. Throws a failure of this item alone if the object can't be
 * used: it is gone, has changed since it was listed, or is archived, or its metadata do not fit.
 */
export async function checkObject(
  bucket: Bucket,
  { details, keeping }: { details: ObjectDetails; keeping: ObjectKeeping },
  signal: AbortSignal,
): Promise<CheckedObject> {
  const { key, deleted } = details;
  const place = `${bucket.name}/${key}`;
  if (details.isArchived) {
    throw refused('archived', `${place} is archived: restore it at its storage, then retry`);
  }
  if (/\p{Cc}/u.test(key)) {
    throw refused(
      'control_character',
      `${JSON.stringify(key)} has a control character, which Uploadcare does not allow in a name. Rename the object`,
    );
  }
  const facts = await bucket.head(key, signal);
  if (facts === null) throw refused('gone', `${place} was deleted after it was listed`);
  if (facts.size !== details.size || (details.etag !== null && facts.etag !== details.etag)) {
    throw refused('changed', `${place} changed after it was listed. Run the job again`);
  }
  return {
    details,
    facts,
    name: deleted === null ? objectName(key) : deletedName(details, facts),
    metadata: keptMetadata(details, facts, keeping),
    tags: keeping.keep?.includes('tags') === false ? [] : (deleted?.tags ?? []),
  };
}

/** The name of a deleted file, as the ledger has it, else as its backup has it. */
function deletedName({ key, deleted }: ObjectDetails, { filename }: ObjectFacts): string {
  return deleted?.filename || filename || objectName(key);
}

/** The last part of a key, which is the name of the file. */
function objectName(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

/** The key of the object as metadata of the new file, if the job wants it. */
function pathMetadata(key: string, { pathKey }: ObjectKeeping): Record<string, string> {
  if (pathKey === undefined) return {};
  return { [pathKey]: checkedValue(pathKey, key, 'Leave it out: remove `pathKey`') };
}

/** The metadata that the new file gets from the object, or from the deleted file, and from the key. */

function keptMetadata(
  { key, deleted }: ObjectDetails,
  { metadata }: ObjectFacts,
  keeping: ObjectKeeping,
): Readonly<Record<string, string>> {
  const { keep = OBJECT_KEPT } = keeping;
  const known = deleted?.metadata ?? null;
  if (known !== null && keep.includes('metadata'))
    return { ...known, ...pathMetadata(key, keeping) };
  const own = keep.includes('metadata')
    ? Object.entries(metadata)
        .map(([name, value]) => [metadataKey(name), decodeHeaderText(value)] as const)
        .filter(([, value]) => value !== '')
        .map(([name, value]) => [name, checkedValue(name, value, KEEP_LESS)] as const)
    : [];
  if (new Set(own.map(([name]) => name)).size < own.length) {
    throw refused(
      'metadata_names',
      `Two names of the object's metadata would be the same at Uploadcare, which allows letters, digits, \`_.:-\` and ${MAX_KEY_LENGTH} characters. Rename one of them. ${KEEP_LESS}`,
    );
  }
  return { ...Object.fromEntries(own), ...pathMetadata(key, keeping) };
}

/** The key of `x-amz-meta-…` with the characters that Uploadcare allows. */
function metadataKey(name: string): string {
  return name.replaceAll(/[^\w.:-]/g, '_').slice(0, MAX_KEY_LENGTH);
}

/** The value of a metadata key. Throws a failure of this item alone if the value is too long. */
function checkedValue(name: string, value: string, advice: string): string {
  if ([...value].length <= MAX_METADATA_VALUE) return value;
  throw refused(
    'metadata_too_long',
    `The metadata ${JSON.stringify(name)} would have more than ${MAX_METADATA_VALUE} characters. ${advice}`,
  );
}

/** True if an earlier run made its file from the same version of the object. Also true for an item that is no object. */
export function isSameVersion(item: Pick<Item, 'key' | 'details'>, result: JsonObject): boolean {
  const details = readObjectDetails(item);
  return details === null || (details.etag !== null && result['etag'] === details.etag);
}

/** Adds the ETag of the object to the result of its item. A later run compares it (`skipIfDone`). */
export function withEtag(item: Item, outcome: Outcome): Outcome {
  const etag = readObjectDetails(item)?.etag ?? null;
  if (etag === null || outcome.kind !== 'done') return outcome;
  const result: JsonObject = { ...outcome.result, etag };
  return { ...outcome, result };
}

function refused(code: string, message: string): ClassifiedError {
  return new ClassifiedError({ kind: 'permanent', effect: 'none', code, message });
}
