// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of a pattern.
import * as z from 'zod';
import { addBucketRequests } from '../core/bucket-requests.ts';
import type { GroupId } from '../core/group-id.ts';
import type { JsonObject } from '../core/json.ts';
import type { Outcome } from '../core/outcome.ts';
import { blockSchema, cdnSchema, flagSchema, stepFile } from '../job/job-value-schemas.ts';
import { bytesBody, md5Of } from '../s3/body.ts';
import type { Bucket } from '../s3/bucket.ts';
import { type BucketPlace, bucketPlaceKeys } from '../s3/bucket-place.ts';
import type { FilesApi } from '../uploadcare/files-api.ts';
import type { GroupsApi } from '../uploadcare/groups-api.ts';
import type { FileDetails } from '../uploadcare/wire/file-details.ts';
import { ByteBudget } from './byte-budget.ts';
import { groupOfItem, readGroupLine } from './copy-group.ts';
import {
  type CopyAccess,
  copyInParts,
  type DescribedObject,
  requestsInParts,
} from './copy-in-parts.ts';
import { defineOperation, PROJECT_FILES } from './descriptor.ts';
import { seenAs } from './expected-effect.ts';
import { formatDetails } from './info-operation.ts';
import { copiedObjects } from './listed-object.ts';
import { objectHeaders } from './object-headers.ts';
import { objectKey, patternFault } from './object-key.ts';
import type { TransferOperation, TransferPermit } from './operation.ts';
import { findOriginal, type OriginalFile, type ReadOriginal } from './original-file.ts';

/** Largest file that is sent with one request, bytes. Larger files are sent in parts. */
const MAX_WHOLE_BYTES = 16 * 1024 ** 2;
/** Maximum number of bytes in memory, of all files together. */
const MEMORY_BYTES = 64 * 1024 ** 2;

/** The options of a copy to a bucket. A backup has them too. */
export const copyToBucketKeys = {
  ...bucketPlaceKeys,
  pattern: z
    .string({ error: 'a pattern such as ${uuid}/${filename}' })
    .superRefine((pattern, context) => {
      const fault = patternFault(pattern);
      if (fault !== null) context.addIssue({ code: 'custom', message: fault });
    })
    .default('${uuid}/${filename}')
    .describe(
      'Key of the object below the prefix of `url`: `${uuid}` (required), `${filename}`, `${ext}`, `${metadata.KEY}`',
    ),
  cdn: cdnSchema
    .optional()
    .describe(
      'Address from which ucbulk reads the files, such as `https://abc123.ucarecd.net`; the URL in the listing if absent',
    ),
  metadata: flagSchema
    .default(true)
    .describe('Write the metadata of the file as `x-amz-meta-…`, up to 2 KB'),
  sidecar: flagSchema
    .default(false)
    .describe(
      'Also write all facts about the file (metadata, tags, results of add-ons) as one line of JSON to an object with the same key and `.json` at its end',
    ),
};

const copyToBucketOptions = blockSchema({ ...stepFile, ...copyToBucketKeys });

type CopyToBucketOptions = z.output<typeof copyToBucketOptions>;

/** The dependencies of a copy to a bucket. */
interface CopyDependencies {
  readonly files: Pick<FilesApi, 'fileDetails'>;
  readonly groups: Pick<GroupsApi, 'details'>;
  readonly readOriginal: ReadOriginal;
  readonly openBucket: (place: BucketPlace) => Promise<Bucket>;
}

/**
 * Creates the operation that copies the bytes of files to a bucket. The bytes of a file never change, and its key names
 * its UUID. So a repeated request writes the same object again, and a lost answer does no harm.
 */
function copyToBucketOperation(
  { files, groups, readOriginal, openBucket }: CopyDependencies,
  options: CopyToBucketOptions,
): TransferOperation {
  const budget = new ByteBudget(MEMORY_BYTES);
  return {
    kind: 'copy-to-bucket',
    shape: 'transfer',
    destructive: false,
    changesListing: false,
    doubt: { class: 'idempotent' },
    async transferItem(item, permit): Promise<Outcome> {
      const bucket = await openBucket(options);
      const { cdn, pattern, sidecar } = options;
      const { signal } = permit;
      const group = groupOfItem(item);
      if (group !== null) return copyGroup({ bucket, groups, pattern }, group, signal);
      const file = await findOriginal(files, item, { cdn, needsDetails: sidecar, signal });
      if (file === null) return { kind: 'skipped', reason: 'gone' };
      const key = objectKey(bucket.prefix, pattern, file);
      const object = { key, contentType: file.mimeType, headers: objectHeaders(file, options) };
      // The sidecar is written first, so that an object never lacks it.
      if (sidecar && file.details !== null)
        await putSidecar(bucket, { key, details: file.details }, signal);
      const copied = await copyFile({ bucket, readOriginal, budget }, { file, object }, permit);
      return { kind: 'done', result: { url: `${bucket.name}/${key}`, size: file.size, ...copied } };
    },
  };
}

/** Writes the files of a group, in their order, as one line of JSON. */
async function copyGroup(
  {
    bucket,
    groups,
    pattern,
  }: Pick<CopyDependencies, 'groups'> & { bucket: Bucket; pattern: string },
  id: GroupId,
  signal: AbortSignal,
): Promise<Outcome> {
  const line = await readGroupLine(groups, id, signal);
  if (line === null) return { kind: 'skipped', reason: 'gone' };
  const named = { uuid: id, filename: 'group.json', metadata: {} };
  const key = objectKey(bucket.prefix, pattern, named);
  const [body, md5, contentType] = [bytesBody(line), md5Of(line), 'application/json'];
  const etag = await bucket.put({ key, contentType, body, md5 }, signal);
  return { kind: 'done', result: { url: `${bucket.name}/${key}`, size: body.size, etag, md5 } };
}

/** True if a file of so many bytes is sent with one request. */
function isWhole(size: number): boolean {
  return size <= MAX_WHOLE_BYTES;
}

async function copyFile(
  access: CopyAccess,
  copy: { readonly file: OriginalFile; readonly object: DescribedObject },
  permit: TransferPermit,
): Promise<JsonObject> {
  const { file, object } = copy;
  const { url, size } = file;
  if (!isWhole(size)) return { etag: await copyInParts(access, copy, permit) };
  return access.budget.use(size, async () => {
    const { signal } = permit;
    const range = { from: 0, length: size, size };
    const bytes = size === 0 ? Buffer.alloc(0) : await access.readOriginal(url, range, signal);
    const md5 = md5Of(bytes);
    const etag = await access.bucket.put({ ...object, body: bytesBody(bytes), md5 }, signal);
    return { etag, md5 };
  });
}

/** Writes all facts about a file as one line, so that the sidecars of many files together are NDJSON. */
async function putSidecar(
  bucket: Bucket,
  { key, details }: { readonly key: string; readonly details: FileDetails },
  signal: AbortSignal,
): Promise<void> {
  const { image, video, variations } = details;
  const facts = { ...formatDetails(details), image, video, variations };
  const bytes = Buffer.from(`${JSON.stringify(facts)}\n`);
  await bucket.put(
    {
      key: `${key}.json`,
      contentType: 'application/json',
      body: bytesBody(bytes),
      md5: md5Of(bytes),
    },
    signal,
  );
}

/** Copies files to a bucket. */
export const copyToBucket = defineOperation({
  kind: 'copy-to-bucket',
  options: copyToBucketOptions,
  optionsText: 'The bucket, and the key and facts of each object',
  takes: PROJECT_FILES,
  alsoTakes: 'group',
  readsFacts: true,
  isRepeatable: true,
  skipIfDone: false,
  bucketPlace: (options) => options,
  describe: ({ url, pattern, sidecar }) =>
    `copies them to the bucket ${url} as ${pattern}${sidecar ? ', each with a sidecar' : ''}`,
  expectedEffect: () => seenAs('an object in the bucket, with a key by the pattern'),
  listedEffect: (options, { file, result }) => copiedObjects(file, result, options),
  versionFault: ({ sidecar }, version) =>
    sidecar && version === '0.6'
      ? { needs: '0.7', option: 'sidecar', reason: 'version 0.6 has no appdata' }
      : null,
  bucketRequests: ({ sidecar }, { size }) =>
    addBucketRequests(
      sidecar ? { PUT: 1 } : {},
      isWhole(size ?? 0) ? { PUT: 1 } : requestsInParts(size ?? 0),
    ),
  requests: ({ sidecar }, given) => {
    if (given === 'group') return [{ endpoint: 'GET /groups/{id}/' }];
    return sidecar ? [{ endpoint: 'GET /files/{uuid}/' }] : [];
  },
  docs: {
    request: 'to the CDN and the bucket',
    perRequest: '1, or many',
    result: '`url`, `size`, `etag`, `md5`',
    lostAnswer: 'sent again',
  },
  create: (options, { client, readOriginal = notOpen, openBucket = notOpen }) =>
    copyToBucketOperation(
      { files: client.files, groups: client.groups, readOriginal, openBucket },
      options,
    ),
});

function notOpen(): never {
  throw new Error('This program can open no buckets');
}
