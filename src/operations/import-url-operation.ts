import type { Item } from '../core/item.ts';
import { present } from '../core/present.ts';
import { readObjectDetails } from '../s3/object-details.ts';
import type { FilesApi } from '../uploadcare/files-api.ts';
import type { FromUrlApi } from '../uploadcare/from-url-api.ts';
import type { SearchApi } from '../uploadcare/search-api.ts';
import type { FromUrlStatus } from '../uploadcare/wire/from-url-answer.ts';
import { isSameVersion, withEtag } from './bucket-object.ts';
import { defineOperation, formatStore } from './descriptor.ts';
import { findBegun, TAGS_NEED_07 } from './find-tagged.ts';
import { createObjectImports, judgeObject, type StartObject } from './import-object.ts';
import { appendQuery, importRequest, startToken } from './import-request.ts';
import {
  type ImportUrlOptions,
  importOptionFault,
  importUrlOptions,
} from './import-url-options.ts';
import { type ExpectedContent, expectedContent, judgeImport } from './imported-content.ts';
import { madeFile } from './listed-effect.ts';
import { namedInAnswer } from './named-in-answers.ts';
import { createNewFiles, NEW_FILES_REQUEST } from './new-files.ts';
import type { IntentPermit, PollAnswer, RemoteJob, RemoteOperation } from './operation.ts';
import { INTENT_KEY, intentTag, type OperationContext } from './operation-context.ts';
import {
  createMadeToken,
  type Judge,
  type Output,
  parseMadeToken,
  readyOutput,
  toMadeOutput,
} from './ready-output.ts';

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
  /** Starts the imports of objects. Absent if the items do not come from a bucket. */
  readonly startObject?: StartObject | undefined;
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
  { fromUrl, search, files, expected, startObject, query }: ImportDependencies,
  options: ImportUrlOptions,
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
      return new Map([[item.key, { kind: 'started', token: await begin(item, permit) }]]);
    },
    async poll(job, signal) {
      const output = toOutput(job);
      if (output !== null) return readyOutput(files, output, signal);
      const status = await fromUrl.status(job.token, signal);
      return toPollAnswer(status, job, age);
    },
    newFiles: createNewFiles(files, toOutput),
  };

  async function begin(item: Item, permit: IntentPermit): Promise<string> {
    const tag = intentTag(context, item);
    const details = readObjectDetails(item);
    if (details !== null) {
      if (startObject === undefined) throw new Error('The items come from a bucket');
      return startObject({ item, details }, { tag, permit });
    }
    const request = importRequest(item, options, tag);
    const sourceUrl = appendQuery(request.sourceUrl, query);
    return startToken(await fromUrl.start({ ...request, sourceUrl }, permit), age);
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
  alsoTakes: 'object',
  skipIfDone: false,
  isSameInput: () => async (item, result) => isSameVersion(item, result),
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
  faultWithSource: importOptionFault,
  requests: () => [
    { endpoint: 'POST /from_url/' },
    { endpoint: 'GET /from_url/status/', isPoll: true },
    NEW_FILES_REQUEST,
  ],
  // The service reads the object.
  bucketRequests: (_options, { isObject }) => (isObject ? { HEAD: 1, GET: 1 } : {}),
  docs: {
    request: '`POST /from_url/`',
    perRequest: '1',
    result: '`file`',
    lostAnswer: 'looked up by its tag',
  },
  create: (options, place) => {
    const { client, openSourceBucket: openBucket, sourceQuery: query } = place;
    const expected = options.expect === undefined ? null : expectedContent(options.expect);
    const startObject =
      openBucket && createObjectImports({ ...client.upload, openBucket }, options);
    return importUrlOperation(
      { ...client, ...client.upload, expected, ...present({ startObject, query }) },
      options,
      place,
    );
  },
});
