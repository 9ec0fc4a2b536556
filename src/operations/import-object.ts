import { hasDotSegment } from '../core/dot-segment.ts';
import { ClassifiedError } from '../core/failure.ts';
import type { FileFacts } from '../core/file-facts.ts';
import type { FileUuid } from '../core/file-uuid.ts';
import type { Item } from '../core/item.ts';
import type { Outcome } from '../core/outcome.ts';
import { present } from '../core/present.ts';
import type { Bucket } from '../s3/bucket.ts';
import { type ObjectDetails, readObjectDetails } from '../s3/object-details.ts';
import type { SendPermit } from '../transport/send.ts';
import { type DirectUploadApi, MAX_DIRECT_BYTES } from '../uploadcare/direct-upload-api.ts';
import type { FromUrlApi, FromUrlOptions } from '../uploadcare/from-url-api.ts';
import type { UploadSettings } from '../uploadcare/upload-calls.ts';
import { createBucketFiles } from './bucket-files.ts';
import {
  type CheckedObject,
  checkObject,
  KEEP_LESS,
  OBJECT_KEPT,
  type ObjectKeeping,
} from './bucket-object.ts';
import { startToken } from './import-request.ts';
import type { LocalFile } from './local-files.ts';
import { markedMetadata } from './operation-context.ts';
import { createMadeToken } from './ready-output.ts';

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

/** The clients with which objects are imported. */
interface ObjectImportDependencies {
  readonly openBucket: () => Promise<Bucket>;
  readonly fromUrl: FromUrlApi;
  /** Sends the bytes of objects whose URLs the service can't read. */
  readonly direct: DirectUploadApi;
}

/** Starts the import of an object. Returns the token of its poll. */
export type StartObject = (
  { item, details }: { readonly item: Item; readonly details: ObjectDetails },
  { tag, permit }: { readonly tag: string; readonly permit: SendPermit },
) => Promise<string>;

/** Creates the function that starts the imports of the objects of a step. */
export function createObjectImports(
  { openBucket, fromUrl, direct }: ObjectImportDependencies,
  options: ObjectImportOptions,
): StartObject {
  const files = createBucketFiles(openBucket, options);
  return async ({ item, details }, { tag, permit }) => {
    // The segments `.` and `..` would be taken out of a URL on the way, so the bytes of such an object are sent.
    if (hasDotSegment(details.key)) {
      const file = await files.open(item, permit.signal);
      return createMadeToken({ file: await sendBytes(direct, file, { options, tag, permit }) });
    }
    const bucket = await openBucket();
    const request = await objectRequest(bucket, details, { options, tag, signal: permit.signal });
    return startToken(await fromUrl.start(request, permit));
  };
}

/**
 * Creates the request that imports an object. Its URL is signed when the request leaves, and stored nowhere. Reads the
 * object's facts first; throws a failure of this item alone if the object can't be imported.
 */
async function objectRequest(
  bucket: Bucket,
  details: ObjectDetails,
  { options, tag, signal }: { options: ObjectImportOptions; tag: string; signal: AbortSignal },
): Promise<FromUrlOptions> {
  const { keep = OBJECT_KEPT, urlLifetime = URL_LIFETIME_MS } = options;
  const object = await checkObject(bucket, { details, keeping: options }, signal);
  return {
    sourceUrl: () => bucket.signUrl(details.key, Math.round(urlLifetime / 1000)),
    ...(keep.includes('filename') && { filename: object.name }),
    // The signed URL is another one each time, so the service must not remember it.
    saveDuplicates: false,
    ...settingsOf(object, { options, tag }),
  };
}

/** Sends the bytes of an object. Returns the new file. */
async function sendBytes(
  direct: DirectUploadApi,
  { name, path, size, object, part }: LocalFile,
  { options, tag, permit }: { options: ObjectImportOptions; tag: string; permit: SendPermit },
): Promise<FileUuid> {
  if (object === undefined) throw new Error('The file is no object of a bucket');
  if (size > MAX_DIRECT_BYTES) throw tooLarge(path);
  const source = { filename: name, contentType: object.contentType, bytes: part(0, size) };
  return direct.upload(source, settingsOf(object, { options, tag }), permit);
}

/** The properties of the new file: those that the object has, and those of the job. */
function settingsOf(
  object: Pick<CheckedObject, 'metadata' | 'tags'>,
  { options, tag }: { readonly options: ObjectImportOptions; readonly tag: string },
): UploadSettings {
  const { store, metadata, tags } = options;
  return {
    store,
    metadata: markedMetadata({ ...object.metadata, ...metadata }, tag, KEEP_LESS),
    ...present({ tags: allTags(object.tags, tags) }),
  };
}

/** The tags of a deleted file and those of the job; undefined if there are none. */
export function allTags(
  own: readonly string[] = [],
  wanted: readonly string[] = [],
): readonly string[] | undefined {
  const tags = [...new Set([...own, ...wanted])];
  return tags.length === 0 ? undefined : tags;
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

function tooLarge(path: string): ClassifiedError {
  return new ClassifiedError({
    kind: 'permanent',
    effect: 'none',
    code: 'url_not_possible',
    message: `No URL leads to ${path}, because its key has the segment . or .., and more than 100 MB can't be sent by import-url. Import it with \`uses: upload\``,
  });
}
