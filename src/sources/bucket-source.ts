import * as z from 'zod';
import { ClassifiedError } from '../core/failure.ts';
import type { FileFacts } from '../core/file-facts.ts';
import type { FileUuid } from '../core/file-uuid.ts';
import { parseUrl } from '../core/parse-url.ts';
import { compileFilter, type Now } from '../filters/compile-filter.ts';
import { compilePathGlob } from '../filters/path-glob.ts';
import type { Where } from '../filters/where.ts';
import { blockSchema, pathGlobsSchema } from '../job/job-value-schemas.ts';
import type { Bucket } from '../s3/bucket.ts';
import { bucketPlaceKeys } from '../s3/bucket-place.ts';
import { parseBucketUrl } from '../s3/bucket-url.ts';
import type { ListedObject } from '../s3/list-answer.ts';
import { isArchived, isFolderMarker, objectDetails } from '../s3/object-details.ts';
import { checkOrder } from './bucket-order.ts';
import { defineSource } from './descriptor.ts';
import type { Candidate, Source, SourcePage } from './source.ts';

const PUBLIC_URL = { error: 'an address such as https://img.shop.example/' };

const bucketBlock = blockSchema({
  ...bucketPlaceKeys,
  publicUrl: z
    .string(PUBLIC_URL)
    .regex(/^https?:\/\/[^\s?#@]+\/$/, PUBLIC_URL)
    .refine((text) => parseUrl(text) !== null, PUBLIC_URL)
    .optional()
    .describe(
      'Address at which the prefix of the bucket is public, with a slash at its end. The map, redirects and `rewrite` use it as the old URL of each object',
    ),
  match: pathGlobsSchema
    .optional()
    .describe('Only objects whose key below the prefix matches; all if absent'),
  onArchived: z
    .enum(['fail', 'skip'], { error: 'fail or skip' })
    .default('fail')
    .describe(
      'fail: the item of an object in an archive (`GLACIER`, `DEEP_ARCHIVE`) fails; skip: ucbulk leaves it out',
    ),
});

const bucketOptions = bucketBlock.superRefine(({ url, publicUrl }, context) => {
  const parsed = parseBucketUrl(url);
  if (publicUrl === undefined || 'fault' in parsed || /(?:^|\/)$/.test(parsed.prefix)) return;
  const message = `needs a prefix with a slash at its end: write \`url: ${url}/\`, or leave the prefix out`;
  context.addIssue({ code: 'custom', path: ['publicUrl'], message });
});

type BucketOptions = z.output<typeof bucketOptions>;

/** Decides whether an object belongs to the items of a job. `prefix`: that of the bucket. */
export type SelectsObject = (object: ListedObject, prefix: string) => boolean;

/**
 * Lists the objects of a bucket. The cursor of a page is the last key before it: the server gives out the keys in the
 * order of their UTF-8 bytes, so that a resume continues exactly there, after any time. The order is checked.
 */
function bucketSource(open: () => Promise<Bucket>, selects: SelectsObject): Source {
  return {
    kind: 'bucket',
    uniqueKeys: true,
    async readPage(cursor, signal): Promise<SourcePage> {
      const bucket = await open();
      const { objects, isTruncated } = await bucket.listPage(cursor, signal);
      checkOrder(bucket, { after: cursor, objects, isTruncated });
      const candidates: Candidate[] = [];
      for (const object of objects) {
        if (selects(object, bucket.prefix)) {
          candidates.push({ key: object.key, facts: null, details: objectDetails(object) });
        }
      }
      const excluded = objects.length - candidates.length;
      return {
        candidates,
        ...(excluded > 0 && { passedOver: { excluded, links: 0 } }),
        next: isTruncated ? (objects.at(-1)?.key ?? null) : null,
      };
    },
  };
}

/** Compiles the options of the source and the conditions of the job. */
export function compileObjectSelection(
  { match, onArchived }: Pick<BucketOptions, 'match' | 'onArchived'>,
  { where, now }: { readonly where: Where; readonly now: Now },
): SelectsObject {
  const globs = match?.map(compilePathGlob);
  const meets = compileObjectFilter(where, now);
  return (object, prefix) => {
    if (isFolderMarker(object)) return false;
    if (onArchived === 'skip' && isArchived(object)) return false;
    const path = object.key.slice(prefix.length);
    return (globs === undefined || globs.some((matches) => matches(path))) && meets(object);
  };
}

/** Compiles the conditions on objects with the filter for files. */
function compileObjectFilter(where: Where, now: Now): (object: ListedObject) => boolean {
  const matches = compileFilter(where, now);
  return (object) => matches(asFile(object)).kind === 'yes';
}

/** The facts about an object in the form that the filter for files reads. The conditions use no other fact. */
function asFile({ key, size, modifiedAt }: ListedObject): FileFacts {
  return {
    uuid: '' as FileUuid,
    filename: key.slice(key.lastIndexOf('/') + 1),
    size,
    uploadedAt: modifiedAt ?? Number.NaN,
    mimeType: null,
    isImage: null,
    isReady: true,
    storedAt: null,
    removedAt: null,
    metadata: null,
    tags: null,
  };
}

function describeBucket({ url, endpoint, match, onArchived }: BucketOptions): string {
  const which =
    match === undefined ? 'all objects' : `the objects that match ${match.join(' or ')}`;
  const at = endpoint === undefined ? '' : ` at ${endpoint}`;
  return `Takes ${which} of ${url}${at}${onArchived === 'skip' ? ', without archived ones' : ''}`;
}

function noBuckets(): ClassifiedError {
  return new ClassifiedError({
    kind: 'fatal',
    effect: 'none',
    code: 'no_buckets',
    message: 'This program can open no buckets',
    fatalCause: 'bug',
  });
}

/** The source `bucket`: objects of a bucket of S3, or of a server with its protocol. */
export const bucketObjects = defineSource({
  kind: 'bucket',
  options: bucketOptions,
  summary:
    'Objects of a bucket: S3, R2, Google Cloud Storage and others (for `import-url`, `upload`)',
  gives: () => 'object',
  tellsFacts: 'never',
  lists: 'bucket',
  filtersBy: ['size', 'name', 'modified'],
  selects: true,
  describe: describeBucket,
  bucketPlace: (options) => options,
  create: (options, { openBucket, where = {}, now }) => {
    const open = async () => {
      if (openBucket === undefined) throw noBuckets();
      return openBucket(options);
    };
    const conditions = { where, now: now ?? { earliest: 0, latest: 0 } };
    return bucketSource(open, compileObjectSelection(options, conditions));
  },
});
