import { hasDotSegment } from '../core/dot-segment.ts';
import { ClassifiedError } from '../core/failure.ts';
import type { FileFacts } from '../core/file-facts.ts';
import { MAX_METADATA_KEYS } from '../core/file-limits.ts';
import type { FileUuid } from '../core/file-uuid.ts';
import type { Item } from '../core/item.ts';
import type { Outcome } from '../core/outcome.ts';
import { present } from '../core/present.ts';
import type { Bucket } from '../s3/bucket.ts';
import { type ObjectDetails, readObjectDetails } from '../s3/object-details.ts';
import type { SendPermit } from '../transport/send.ts';
import { type DirectUploadApi, MAX_DIRECT_BYTES } from '../uploadcare/direct-upload-api.ts';
import type { FromUrlOptions } from '../uploadcare/from-url-api.ts';
import { createBucketFiles } from './bucket-files.ts';
import { checkObject, OBJECT_KEPT, type ObjectKeeping } from './bucket-object.ts';
import { INTENT_KEY } from './operation-context.ts';

/** The options of a job for the import of objects. */
export interface ObjectImportOptions extends ObjectKeeping {
  readonly store: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags?: readonly string[] | undefined;
  /** How long the signed URL of an object is valid, ms. */
  readonly urlLifetime?: number | undefined;
}

/** Default of `urlLifetime`, ms. The service begins to read the URL soon, and may be busy. */
const URL_LIFETIME_MS = 3_600_000;

/**
 * Creates the request that imports an object. Its URL is signed when the request leaves, and stored nowhere. Reads the
 * object's facts first; throws a failure of this item alone if the object can't be imported.
 */
export async function objectImportRequest(
  bucket: Bucket,
  details: ObjectDetails,
  { options, tag, signal }: { options: ObjectImportOptions; tag: string; signal: AbortSignal },
): Promise<FromUrlOptions> {
  const { store, tags, keep = OBJECT_KEPT, urlLifetime = URL_LIFETIME_MS } = options;
  const object = await checkObject(bucket, { details, keeping: options }, signal);
  const metadata = { ...object.metadata, ...options.metadata };
  checkCount(metadata);
  return {
    sourceUrl: () => bucket.signUrl(details.key, Math.round(urlLifetime / 1000)),
    ...(keep.includes('filename') && { filename: object.name }),
    store,
    // The signed URL is another one each time, so the service must not remember it.
    saveDuplicates: false,
    metadata: { ...metadata, [INTENT_KEY]: tag },
    ...present({ tags: allTags(object.tags, tags) }),
  };
}

/**
 * Sends the bytes of an object whose URL does not survive the way: the segments `.` and `..` of its key would be taken
 * out. Returns the new file.
 */
export async function sendObject(
  bucket: Bucket,
  { item, upload }: { readonly item: Item; readonly upload: DirectUploadApi },
  { options, tag, permit }: { options: ObjectImportOptions; tag: string; permit: SendPermit },
): Promise<FileUuid> {
  const files = createBucketFiles(async () => bucket, options);
  const file = await files.open(item);
  if (file.size > MAX_DIRECT_BYTES) throw tooLarge(file.path);
  const metadata = { ...file.object?.metadata, ...options.metadata };
  checkCount(metadata);
  return upload.upload(
    {
      filename: file.name,
      contentType: file.object?.contentType ?? 'application/octet-stream',
      bytes: file.part(0, file.size),
    },
    {
      store: options.store,
      metadata: { ...metadata, [INTENT_KEY]: tag },
      ...present({ tags: allTags(file.object?.tags, options.tags) }),
    },
    permit,
  );
}

/** The tags of a deleted file and those of the job; undefined if there are none. */
export function allTags(
  own: readonly string[] = [],
  wanted: readonly string[] = [],
): readonly string[] | undefined {
  const tags = [...new Set([...own, ...wanted])];
  return tags.length === 0 ? undefined : tags;
}

/** True if the bytes of the object must be sent, because the service can't read its URL. */
export function mustBeSent({ key }: ObjectDetails): boolean {
  return hasDotSegment(key);
}

/** The outcome of an object by its new file: a file of another size is not what the bucket has. */
export function judgeObject(item: Item, { uuid, size }: FileFacts, outcome: Outcome): Outcome {
  const details = readObjectDetails(item);
  if (details === null || outcome.kind !== 'done' || size === details.size) return outcome;
  const message = `The object has ${details.size} bytes, and file ${uuid} has ${size}. Look at the file, delete it, and retry`;
  const { result } = outcome;
  return {
    kind: 'failed',
    failure: { code: 'size_mismatch', message },
    ...(result !== null && { made: result }),
  };
}

function checkCount(metadata: object): void {
  const count = Object.keys(metadata).length;
  if (count < MAX_METADATA_KEYS) return;
  throw refused(
    'too_many_metadata_keys',
    `The file would have ${count} metadata keys, and it can have at most ${MAX_METADATA_KEYS - 1} in addition to ${INTENT_KEY}. Leave the metadata out with \`keep: [filename]\``,
  );
}

function tooLarge(path: string): ClassifiedError {
  return refused(
    'url_not_possible',
    `No URL leads to ${path}, because its key has the segment . or .., and more than 100 MB can't be sent by import-url. Import it with \`uses: upload\``,
  );
}

function refused(code: string, message: string): ClassifiedError {
  return new ClassifiedError({ kind: 'permanent', effect: 'none', code, message });
}
