import type * as z from 'zod';
import { ClassifiedError } from '../core/failure.ts';
import { MAX_METADATA_VALUE } from '../core/file-limits.ts';
import type { Item } from '../core/item.ts';
import type { Outcome } from '../core/outcome.ts';
import { present } from '../core/present.ts';
import {
  blockSchema,
  byteSizeSchema,
  flagSchema,
  metadataKeySchema,
  metadataSchema,
  tagListSchema,
} from '../job/job-value-schemas.ts';
import { readObjectDetails } from '../s3/object-details.ts';
import { MAX_DIRECT_BYTES } from '../uploadcare/direct-upload-api.ts';
import { MIN_MULTIPART_BYTES } from '../uploadcare/multipart-upload-api.ts';
import type { UploadSettings } from '../uploadcare/upload-calls.ts';
import { createBucketFiles, uploadRequests } from './bucket-files.ts';
import { isSameVersion, KEEP_LESS, withEtag } from './bucket-object.ts';
import { defineOperation, formatStore } from './descriptor.ts';
import { findUploaded, TAGS_NEED_07 } from './find-tagged.ts';
import { allTags } from './import-object.ts';
import { madeFile } from './listed-effect.ts';
import { createLocalFiles, type LocalFile } from './local-files.ts';
import { namedInAnswer } from './named-in-answers.ts';
import { objectKeepSchema } from './object-keep-schema.ts';
import type { TransferOperation, TransferPermit } from './operation.ts';
import {
  intentTag,
  leavesIntentKey,
  markedMetadata,
  NO_INTENT_KEY,
  type OperationContext,
} from './operation-context.ts';
import { hasSameContent, readUnchanged, type SentFile } from './same-content.ts';
import { checkKeptAnswer, uploadDirectly } from './upload-directly.ts';
import { findEarlierUpload, uploadInParts } from './upload-in-parts.ts';
import type { UploadDependencies } from './upload-transfer.ts';

/**
 * Default size above which a file is uploaded in parts, bytes. The service's own clients use the same size.
 */
const PARTS_FROM_BYTES = 26_214_400;

const uploadOptions = blockSchema({
  store: flagSchema
    .default(true)
    .describe('Store the file for good; with `false` it expires after 24 hours'),
  metadata: metadataSchema.default({}).describe('Metadata of every file'),
  pathKey: metadataKeySchema
    .optional()
    .describe(
      'Metadata key for the path of each file below the folder, or for the key of each object. If it has more than 512 characters, its item fails',
    ),
  keep: objectKeepSchema,
  tags: tagListSchema.optional().describe('Tags of every file'),
  partsFrom: byteSizeSchema
    .refine((bytes) => bytes >= MIN_MULTIPART_BYTES && bytes <= MAX_DIRECT_BYTES, {
      error: 'is not a size from 10MiB to 100MB',
    })
    .default(PARTS_FROM_BYTES)
    .describe('Minimum size of files that are uploaded in parts, from `10MiB` to `100MB`'),
  verify: flagSchema
    .default(true)
    .describe(
      'After the upload of a file that was not sent in parts, check its size with one more request',
    ),
}).refine(({ metadata, pathKey }) => {
  return leavesIntentKey({ ...metadata, ...(pathKey !== undefined && { [pathKey]: '' }) });
}, NO_INTENT_KEY);

type UploadOptions = z.output<typeof uploadOptions>;

/**
 * Creates the operation that uploads local files. It sends large files in parts. Each upload makes another
 * file, so each file gets a tag by which ucbulk can find it after a lost answer.
 */
function uploadOperation(
  place: UploadDependencies,
  options: UploadOptions,
  context: OperationContext,
): TransferOperation {
  return {
    kind: 'upload',
    shape: 'transfer',
    destructive: false,
    changesListing: true,
    namedIn: namedInAnswer,
    doubt: {
      class: 'tagged',
      probe: async (item, signal) => {
        const sent = readBaseline(item);
        const isObject = readObjectDetails(item) !== null;
        const readContent = async () =>
          isObject ? null : readUnchanged(place.files, { item, sent }, signal);
        const wanted = { tag: intentTag(context, item), sentBytes: sent?.size ?? null };
        const verdict = await findUploaded(place.search, { ...wanted, readContent }, signal);
        if (verdict.kind !== 'happened') return verdict;
        return { ...verdict, outcome: withEtag(item, verdict.outcome) };
      },
    },
    transferItem: async (item, permit) => withEtag(item, await transferItem(item, permit)),
  };

  async function transferItem(item: Item, permit: TransferPermit): Promise<Outcome> {
    const answered = await checkKeptAnswer(place, { tag: intentTag(context, item) }, permit);
    if (answered !== null) return answered;
    const file = await place.files.open(item, permit.signal);
    // For a probe: if the answer is lost, the file that ucbulk finds by the tag must have this size.
    permit.keepBaseline({ size: file.size, modifiedAt: file.modifiedAt });
    const settings = settingsFor(item, { options, context, file });
    const transfer = { file, settings, verify: options.verify };
    const earlier = await findEarlierUpload(place, file, permit);
    if (earlier !== null && 'kind' in earlier) return earlier;
    const isWhole = earlier === null && file.size < options.partsFrom;
    if (isWhole) return uploadDirectly(place, transfer, permit);
    return uploadInParts(place, { ...transfer, earlier }, permit);
  }
}

function settingsFor(
  item: Item,
  {
    options,
    context,
    file,
  }: { options: UploadOptions; context: OperationContext; file: LocalFile },
): UploadSettings {
  const { store, tags } = options;
  const metadata = { ...file.object?.metadata, ...ownMetadata(item, options) };
  return {
    store,
    metadata: markedMetadata(metadata, intentTag(context, item), KEEP_LESS),
    ...present({ tags: allTags(file.object?.tags, tags) }),
  };
}

/** The metadata of the new file of an item, without ucbulk's own key. */
function ownMetadata(
  item: Item,
  { metadata, pathKey }: UploadOptions,
): Readonly<Record<string, string>> {
  const path = readObjectDetails(item)?.key ?? item.key;
  return { ...metadata, ...(pathKey !== undefined && { [pathKey]: pathValue(path) }) };
}

/**
 * Encodes control characters, such as a line feed as %0A, because metadata can't contain them. Throws an
 * error if a path is too long for metadata.
 */
function pathValue(path: string): string {
  const value = path.replaceAll(/\p{Cc}/gu, encodeURIComponent);
  if ([...value].length <= MAX_METADATA_VALUE) return value;
  throw new ClassifiedError({
    kind: 'permanent',
    effect: 'none',
    code: 'path_too_long',
    message: `A path of more than ${MAX_METADATA_VALUE} characters can't be a metadata value (pathKey)`,
  });
}

/** The local file as it was when it was sent; null if the ledger does not contain its size. */
function readBaseline({ intent }: Item): SentFile | null {
  const { size, modifiedAt } = intent?.baseline ?? {};
  if (typeof size !== 'number') return null;
  return { size, modifiedAt: typeof modifiedAt === 'number' ? modifiedAt : null };
}

/** The path of the local file of an item. */
function itemPath(item: Item): string {
  const path = item.details?.['path'];
  return typeof path === 'string' ? path : item.key;
}

/** The operation that uploads the files of a folder, or the objects of a bucket. */
export const upload = defineOperation({
  kind: 'upload',
  versionFault: TAGS_NEED_07,
  options: uploadOptions,
  optionsText: 'Properties of the files, and options of the upload',
  takes: { kind: 'path', from: 'source folder' },
  alsoTakes: 'object',
  skipIfDone: false,
  isSameInput: ({ files }) => {
    const isSameFile = hasSameContent(createLocalFiles(files, itemPath));
    return async (item, result, signal) =>
      readObjectDetails(item) === null
        ? isSameFile(item, result, signal)
        : isSameVersion(item, result);
  },
  faultWithSource: ({ keep }, given) =>
    keep === undefined || given === 'object'
      ? null
      : { option: 'keep', message: 'is only for objects of a bucket' },
  describe: ({ store }) => `uploads them, ${formatStore(store)}`,
  listedEffect: (options, { item, result }) =>
    madeFile(result?.['file'], options.store).map((made) => {
      const size = result?.['size'];
      const { tags } = options;
      const sized = typeof size === 'number' ? { ...made, size } : made;
      return { ...sized, metadata: ownMetadata(item, options), ...present({ tags }) };
    }),
  requests: ({ verify }) => [
    { endpoint: 'POST /base/' },
    ...(verify ? [{ endpoint: 'GET /info/' }] : []),
  ],
  bucketRequests: (_options, item) => uploadRequests(item),
  docs: {
    request: '`POST /base/`, or `/multipart/…` in parts',
    perRequest: '1, or many',
    result: '`file`, `size`, `sha256`',
    lostAnswer: 'looked up by its tag; [parts](#upload) are sent again',
  },
  create: (options, place) => {
    const { openSourceBucket } = place;
    const files =
      openSourceBucket === undefined
        ? createLocalFiles(place.files, itemPath)
        : createBucketFiles(openSourceBucket, options);
    return uploadOperation({ ...place.client, ...place, files }, options, place);
  },
});
