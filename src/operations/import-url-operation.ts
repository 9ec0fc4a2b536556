import * as z from 'zod';
import type { Item } from '../core/item.ts';
import type { ItemKind } from '../core/item-kind.ts';
import { present } from '../core/present.ts';
import {
  blockSchema,
  durationSchema,
  flagSchema,
  metadataKeySchema,
  metadataSchema,
  mimeGlobsSchema,
  tagListSchema,
} from '../job/job-value-schemas.ts';
import type { Bucket } from '../s3/bucket.ts';
import { type ObjectDetails, readObjectDetails } from '../s3/object-details.ts';
import type { DirectUploadApi } from '../uploadcare/direct-upload-api.ts';
import type { FilesApi } from '../uploadcare/files-api.ts';
import type { FromUrlApi } from '../uploadcare/from-url-api.ts';
import type { SearchApi } from '../uploadcare/search-api.ts';
import type { FromUrlStatus } from '../uploadcare/wire/from-url-answer.ts';
import { hasSameEtag, withEtag } from './bucket-object.ts';
import { defineOperation, formatStore, type OptionFault } from './descriptor.ts';
import { findBegun, TAGS_NEED_07 } from './find-tagged.ts';
import { judgeObject, mustBeSent, objectImportRequest, sendObject } from './import-object.ts';
import { appendQuery, importRequest, KEPT } from './import-request.ts';
import { type ExpectedContent, expectedContent, judgeImport } from './imported-content.ts';
import { madeFile } from './listed-effect.ts';
import { columnMapSchema } from './mapped-columns.ts';
import { namedInAnswer } from './named-in-answers.ts';
import { createNewFiles, NEW_FILES_REQUEST } from './new-files.ts';
import type {
  IntentPermit,
  PollAnswer,
  RemoteJob,
  RemoteOperation,
  StartAnswers,
} from './operation.ts';
import {
  INTENT_KEY,
  intentTag,
  leavesIntentKey,
  NO_INTENT_KEY,
  type OperationContext,
} from './operation-context.ts';
import {
  createMadeToken,
  type Judge,
  type Output,
  parseMadeToken,
  readyOutput,
  toMadeOutput,
} from './ready-output.ts';

const CDN = { error: 'an address such as https://abc123.ucarecd.net, without a path' };

const importUrlOptions = blockSchema({
  store: flagSchema
    .default(true)
    .describe('Store the file for good; with `false` it expires after 24 hours'),
  metadata: metadataSchema.default({}).describe('Metadata of every file'),
  tags: tagListSchema.optional().describe('Tags of every file'),
  checkDuplicates: flagSchema
    .default(false)
    .describe('If the URL was imported before, use the earlier file and make no new one'),
  saveDuplicates: flagSchema
    .default(true)
    .describe('Let later imports of the same URL with `checkDuplicates` use this file'),
  expect: mimeGlobsSchema
    .optional()
    .describe(
      'MIME types that the files may have: a glob such as `image/*`, or a list. If a file has another type, its item fails',
    ),
  map: columnMapSchema
    .optional()
    .describe('Columns of a list with the name and metadata of each file'),
  keep: z
    .array(z.enum(KEPT, { error: `one of ${KEPT.join(', ')}` }), { error: 'a list of words' })
    .optional()
    .describe(
      'Facts that the copy of a file of another project, or the file of an object of a bucket, keeps: `filename`, `metadata`, `tags`; all if absent. An object has no tags',
    ),
  pathKey: metadataKeySchema
    .optional()
    .describe('Metadata key for the key of each object of a bucket'),
  urlLifetime: durationSchema
    .refine((ms) => ms >= MINUTE_MS && ms <= 7 * DAY_MS, { error: 'is not from 1m to 7d' })
    .optional()
    .describe(
      'How long the signed URL of each object of a bucket is valid; 1h if absent. ucbulk signs it when its request leaves',
    ),
  cdn: z
    .string(CDN)
    .regex(/^https?:\/\/[^/\s?#@]+$/, CDN)
    .optional()
    .describe(
      'Address from which the service downloads files of another project, such as `https://abc123.ucarecd.net`; the URL in the listing if absent',
    ),
}).refine(({ metadata, map }) => leavesIntentKey({ ...metadata, ...map?.metadata }), NO_INTENT_KEY);

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Guessed median duration, until ucbulk has measured some, ms. */
const TYPICAL_MS = 3000;
/**
 * Until this long after the start, the status `unknown` proves nothing, ms: the service may not show the
 * import yet.
 */
const UNKNOWN_GRACE_MS = 60_000;
/** An import may still end until this long after its request, ms. */
const IMPORT_SETTLE_MS = 10 * 60_000;

/** The dependencies of an import: the target project and the expected content. */
interface ImportDependencies {
  /** The expected content; null if the job expects nothing. */
  readonly expected: ExpectedContent | null;
  readonly fromUrl: FromUrlApi;
  /** Sends the bytes of objects whose URLs the service can't read. */
  readonly direct: DirectUploadApi;
  readonly openSourceBucket?: (() => Promise<Bucket>) | undefined;
  readonly search: SearchApi;
  readonly files: Pick<FilesApi, 'fileInfo' | 'listPage'>;
  /** The query that is appended to each URL; absent if there is none. */
  readonly query?: string | undefined;
}

/**
 * Creates the operation that imports files from URLs. Each request makes another file, so each file gets a
 * tag by which ucbulk can find it after a lost answer. A successful answer may come while the file is still
 * being processed. So ucbulk waits until the file is complete.
 */
function importUrlOperation(
  { fromUrl, direct, search, files, expected, openSourceBucket, query }: ImportDependencies,
  options: z.output<typeof importUrlOptions>,
  context: OperationContext,
): RemoteOperation {
  // With `checkDuplicates`, the service may return the file of an earlier import.
  const age = options.checkDuplicates ? ({ mayBeOlder: true } as const) : {};
  return {
    kind: 'import-url',
    shape: 'remote',
    startSize: 1,
    job: { name: 'import-url', typicalMs: TYPICAL_MS },
    destructive: false,
    changesListing: true,
    namedIn: namedInAnswer,
    doubt: {
      class: 'tagged',
      settleMs: IMPORT_SETTLE_MS,
      probe: (item, signal) => findBegun(search, { item, context }, signal),
    },
    async start([item], permit) {
      if (item === undefined) return new Map();
      const details = readObjectDetails(item);
      if (details !== null) return startObject({ item, details }, permit);
      const request = importRequest(item, options, intentTag(context, item));
      const sourceUrl = appendQuery(request.sourceUrl, query);
      const started = await fromUrl.start({ ...request, sourceUrl }, permit);
      const token =
        started.kind === 'file' ? createMadeToken({ file: started.file.uuid }, age) : started.token;
      return new Map([[item.key, { kind: 'started', token }]]);
    },
    async poll(job, signal) {
      const output = toOutput(job);
      if (output !== null) return readyOutput(files, output, signal);
      const status = await fromUrl.status(job.token, signal);
      return toPollAnswer(status, job, age);
    },
    newFiles: createNewFiles(files, toOutput),
  };

  async function startObject(
    { item, details }: { readonly item: Item; readonly details: ObjectDetails },
    permit: IntentPermit,
  ): Promise<StartAnswers> {
    if (openSourceBucket === undefined) throw new Error('The items come from a bucket');
    const bucket = await openSourceBucket();
    const tag = intentTag(context, item);
    if (mustBeSent(details)) {
      const file = await sendObject(bucket, { item, upload: direct }, { options, tag, permit });
      return new Map([[item.key, { kind: 'started', token: createMadeToken({ file }) }]]);
    }
    const { signal } = permit;
    const request = await objectImportRequest(bucket, details, { options, tag, signal });
    const started = await fromUrl.start(request, permit);
    const token =
      started.kind === 'file' ? createMadeToken({ file: started.file.uuid }) : started.token;
    return new Map([[item.key, { kind: 'started', token }]]);
  }

  function toOutput(job: RemoteJob): Output | null {
    const judge: Judge = (info, result) => {
      const { item } = job;
      const outcome = judgeImport(item, { info, result }, expected);
      return outcome === null ? null : withEtag(item, judgeObject(item, info, outcome));
    };
    const made = parseMadeToken(job.token);
    return made === null ? null : toMadeOutput(made, job, judge);
  }
}

function toPollAnswer(
  status: FromUrlStatus,
  { startedAt, ageMs }: RemoteJob,
  age: { readonly mayBeOlder?: true },
): PollAnswer {
  switch (status.state) {
    case 'success': {
      const since = startedAt + ageMs;
      const token = createMadeToken({ file: status.file.uuid }, { since, ...age });
      return { kind: 'running', token, isMade: true };
    }
    case 'error': {
      const failure = { code: status.code ?? 'import_failed', message: status.message };
      return { kind: 'failed', failure };
    }
    case 'unknown':
      if (ageMs < UNKNOWN_GRACE_MS) return { kind: 'running' };
      return {
        kind: 'in-doubt',
        code: 'token_lost',
        message:
          'The service does not know the import. Look at the project, then decide with `ucbulk resolve`',
      };
    case 'waiting':
    case 'progress':
      return { kind: 'running' };
  }
}

/** The operation that imports files from URLs, or from another project. */
export const importUrl = defineOperation({
  kind: 'import-url',
  versionFault: TAGS_NEED_07,
  options: importUrlOptions,
  optionsText: 'Properties of the imported files',
  takes: { kind: 'url', from: 'source urls, or the files of another project' },
  takesOtherProjects: true,
  readsFacts: true,
  takesObjects: true,
  skipIfDone: false,
  isSameInput: () => async (item, result, signal) =>
    readObjectDetails(item) === null || hasSameEtag(item, result, signal),
  describe: ({ store, expect }) => {
    const words = expect === undefined ? '' : ` (others than ${expect.join(' or ')} fail)`;
    return `imports them, ${formatStore(store)}${words}`;
  },
  listedEffect: (options, { item, result }) =>
    madeFile(result?.['file'], options.store).map((file) => {
      const made = { ...file, ...present({ size: readObjectDetails(item)?.size }) };
      // The file of an earlier import has the metadata of that import.
      if (options.checkDuplicates) return made;
      const { metadata: sent, tags } = importRequest(item, options, '');
      const { [INTENT_KEY]: _tag, ...metadata } = sent ?? {};
      return { ...made, metadata, ...present({ tags }) };
    }),
  columnMap: ({ map }) => map,
  faultWithSource,
  requests: () => [
    { endpoint: 'POST /from_url/' },
    { endpoint: 'GET /from_url/status/', isPoll: true },
    NEW_FILES_REQUEST,
  ],
  docs: {
    request: '`POST /from_url/`',
    perRequest: '1',
    result: '`file`',
    lostAnswer: 'looked up by its tag',
  },
  create: (options, place) => {
    const expected = options.expect === undefined ? null : expectedContent(options.expect);
    return importUrlOperation(
      {
        ...place.client,
        ...place.client.upload,
        expected,
        ...present({ openSourceBucket: place.openSourceBucket, query: place.sourceQuery }),
      },
      options,
      place,
    );
  },
});

/**
 * Finds options that do not fit the source. Columns need a list. `keep` and `cdn` need files of another
 * project.
 */
function faultWithSource(
  { map, keep, cdn }: z.output<typeof importUrlOptions>,
  given: ItemKind | null,
): OptionFault | null {
  if (given === 'file' && map !== undefined) {
    const message =
      'maps the columns of a list, but the source is not a list. Use keep for the facts that a copy keeps';
    return { option: 'map', message };
  }
  if (given === 'object') return objectFault({ map, cdn });
  if (given !== 'url' || (keep === undefined && cdn === undefined)) return null;
  const message = 'is only for files of another project. Use map for the columns of a list';
  return { option: keep === undefined ? 'cdn' : 'keep', message };
}

/** Finds options that do not fit objects of a bucket. */
function objectFault({
  map,
  cdn,
}: Pick<z.output<typeof importUrlOptions>, 'map' | 'cdn'>): OptionFault | null {
  if (map !== undefined) {
    const message = 'maps the columns of a list, and objects of a bucket have none. Use keep';
    return { option: 'map', message };
  }
  if (cdn === undefined) return null;
  return { option: 'cdn', message: 'is only for files of another project' };
}
