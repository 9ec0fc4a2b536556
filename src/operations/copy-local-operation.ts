import type * as z from 'zod';
import { blockSchema, flagSchema, metadataSchema, stepFile } from '../job/job-value-schemas.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';
import { defineOperation, formatStore, PROJECT_FILES } from './descriptor.ts';
import { findBegun, TAGS_NEED_07 } from './find-tagged.ts';
import { itemUuid } from './item-uuid.ts';
import { madeFile } from './listed-effect.ts';
import { namedInAnswer } from './named-in-answers.ts';
import { createNewFiles, NEW_FILES_REQUEST } from './new-files.ts';
import type { RemoteJob, RemoteOperation, Started } from './operation.ts';
import {
  INTENT_KEY,
  intentTag,
  leavesIntentKey,
  NO_INTENT_KEY,
  type OperationContext,
} from './operation-context.ts';
import {
  createMadeToken,
  type Output,
  parseMadeToken,
  readyOutput,
  toMadeOutput,
} from './ready-output.ts';
import { skipMissing } from './skip-missing.ts';

const copyLocalOptions = blockSchema({
  ...stepFile,
  store: flagSchema
    .default(true)
    .describe('Store the copy for good; with `false` it expires after 24 hours'),
  metadata: metadataSchema
    .default({})
    .describe('Metadata of the copy. ucbulk adds its key `ucbulk_intent`'),
}).refine(({ metadata }) => leavesIntentKey(metadata), NO_INTENT_KEY);

/** Guessed median duration, until ucbulk has measured some, ms (docs/uploadcare-api.md 3.6). */
const TYPICAL_MS = 1000;

/**
 * Creates the operation that copies a file within its project. Each request makes another copy, so each copy
 * gets a tag by which ucbulk can find it after a lost answer. The answer comes before the copy is complete,
 * and some copies never become complete. So ucbulk polls the copy until it is complete.
 */
function copyLocalOperation(
  { files, search }: Pick<RestClient, 'files' | 'search'>,
  options: z.output<typeof copyLocalOptions>,
  context: OperationContext,
): RemoteOperation {
  return {
    kind: 'copy-local',
    shape: 'remote',
    startSize: 1,
    job: { name: 'copy-local', typicalMs: TYPICAL_MS },
    destructive: false,
    changesListing: true,
    namedIn: namedInAnswer,
    doubt: {
      class: 'tagged',
      probe: (item, signal) => findBegun(search, { item, context }, signal),
    },
    async start([item], permit) {
      if (item === undefined) return new Map();
      const copy = async (): Promise<Started> => {
        const metadata = { ...options.metadata, [INTENT_KEY]: intentTag(context, item) };
        const source = itemUuid(item);
        const { uuid } = await files.localCopy({ source, store: options.store, metadata }, permit);
        return { kind: 'started', token: createMadeToken({ file: uuid }) };
      };
      return new Map([[item.key, await skipMissing(copy())]]);
    },
    poll: (job, signal) => readyOutput(files, toOutput(job), signal),
    newFiles: createNewFiles(files, toOutput, { isPartOfJob: true }),
  };
}

function toOutput(job: RemoteJob): Output {
  const copy = parseMadeToken(job.token);
  if (copy === null) throw new Error('The token of a copy names no file');
  return toMadeOutput(copy, job);
}

/** Copies files within the project. */
export const copyLocal = defineOperation({
  kind: 'copy-local',
  versionFault: TAGS_NEED_07,
  options: copyLocalOptions,
  optionsText: 'Properties of the copy',
  takes: PROJECT_FILES,
  skipIfDone: false,
  describe: ({ store }) => `copies them within the project, ${formatStore(store)}`,
  listedEffect: ({ store, metadata }, { result }) =>
    madeFile(result?.['file'], store).map((made) => ({ ...made, metadata })),
  requests: () => [{ endpoint: 'POST /files/local_copy/' }, NEW_FILES_REQUEST],
  docs: {
    request: '`POST /files/local_copy/`',
    perRequest: '1',
    result: '`file`',
    lostAnswer: 'looked up by its tag',
  },
  create: (options, place) => copyLocalOperation(place.client, options, place),
});
