import type { Item } from '../core/item.ts';
import type { Outcome } from '../core/outcome.ts';
import { present } from '../core/present.ts';
import type { ConversionApi, ConversionKind, PathResult } from '../uploadcare/conversion-api.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';
import type { ConversionStatus, StartedConversion } from '../uploadcare/wire/conversion-answer.ts';
import type { StepRequest } from './descriptor.ts';
import { itemUuid } from './item-uuid.ts';
import { namedInAnswer } from './named-in-answers.ts';
import { createNewFiles, NEW_FILES_REQUEST } from './new-files.ts';
import type {
  IntentPermit,
  PollAnswer,
  RemoteJob,
  RemoteOperation,
  StartAnswers,
  Started,
} from './operation.ts';
import type { PageGroups } from './page-groups.ts';
import { notInTime, type Output, readyOutput } from './ready-output.ts';

/** The APIs that conversions need. */
export type ConversionClient = Pick<RestClient, 'conversions' | 'files'>;

/** The properties in which conversions of documents and of videos differ. */
export interface ConvertTraits {
  readonly kind: ConversionKind;
  readonly store: boolean | undefined;
  /** The target format. ucbulk expects that conversions to the same format take about the same time. */
  readonly target: string;
  readonly typicalMs: number;
  /** Returns the path to convert, such as `<uuid>/document/-/format/pdf/`. */
  readonly toPath: (item: Item) => string;
  /**
   * Present if the service makes a group of images, one per page. After a lost answer, ucbulk looks for this
   * group.
   */
  readonly pages?: PageGroups;
}

/**
 * Maximum number of paths in one request. It is low, because a lost answer puts all of their items in doubt.
 */
const START_SIZE = 10;
/** Until this long after the start, the service may not know the token of a new conversion yet, ms. */
const TOKEN_GRACE_MS = 60_000;

/**
 * Creates an operation that converts files. If a request is sent twice, the service converts its files twice,
 * and no read shows from which file an output was made. So if the answer to a request is lost, the items of
 * this request are in doubt. There is one exception: ucbulk can find groups of pages again.
 */
export function convertOperation(
  { conversions: api, files }: ConversionClient,
  traits: ConvertTraits,
): RemoteOperation {
  return {
    kind: `convert/${traits.kind}`,
    shape: 'remote',
    startSize: START_SIZE,
    job: { name: `convert/${traits.kind} ${traits.target}`, typicalMs: traits.typicalMs },
    destructive: false,
    changesListing: true,
    doubt: traits.pages?.doubt ?? { class: 'undetectable' },
    namedIn: namedInAnswer,
    start: (items, permit) => start(api, traits, { items, permit }),
    async poll(job, signal) {
      const output = toOutput(job);
      if (output !== null) return pollOutput(output, job, signal);
      const kept = parseToken(job);
      const running = checkStatus(await api.status(traits.kind, kept.token, signal), job);
      if (running !== null) return running;
      const token = JSON.stringify({ ...kept, finishedAt: job.startedAt + job.ageMs });
      return { kind: 'running', token, isMade: true };
    },
    newFiles: {
      ...createNewFiles(files, toOutput),
      // A listing does not show the group of the pages.
      ...(traits.pages !== undefined && { pollTogether: async (jobs) => jobs.map(() => null) }),
    },
  };

  async function pollOutput(output: Output, job: RemoteJob, signal: AbortSignal) {
    const ready = await readyOutput(files, output, signal);
    if (ready.kind !== 'done' || traits.pages === undefined) return ready;
    const group = await traits.pages.namedBy(job.item, signal);
    const isShown = group !== null && group !== parseToken(job).before;
    if (isShown) return { kind: 'done', result: { ...output.result, group } } as const;
    return notInTime(output, {
      code: 'group_missing',
      message: `The conversion to ${output.file} ended, but the document named no new group of pages`,
    });
  }
}

function parseToken({ token }: Pick<RemoteJob, 'token'>): ConversionToken {
  return JSON.parse(token) as ConversionToken;
}

/** The output of a conversion that has ended; null if it has not. */
function toOutput(job: RemoteJob): Output | null {
  const { token: _, finishedAt, before: __, ...result } = parseToken(job);
  if (finishedAt === undefined) return null;
  const waitedMs = job.startedAt + job.ageMs - finishedAt;
  return { file: result.file, result, waitedMs, sentAt: job.startedAt, token: job.token };
}

/**
 * The token of a conversion, as the ledger stores it. It contains facts from the answer to the start, because
 * later answers do not name the output.
 */
interface ConversionToken {
  readonly token: string;
  readonly file: string;
  /** The group that the service showed for the document before the conversion. */
  readonly before?: string | null;
  /**
   * Server time when a poll first found the conversion ended, ms. From then on, ucbulk waits for the output
   * to be ready.
   */
  readonly finishedAt?: number;
}

async function start(
  api: ConversionApi,
  { kind, store, pages, toPath }: ConvertTraits,
  { items, permit }: { items: readonly Item[]; permit: IntentPermit },
): Promise<StartAnswers> {
  const itemPaths = items.map(toPath);
  // Two items may have the same file. The file is converted and paid for only once.
  const paths = [...new Set(itemPaths)];
  const options = {
    paths,
    ...present({ store }),
    ...(pages !== undefined && { saveInGroup: true }),
  };
  const before = await pages?.namedByAll(items, permit.signal);
  if (before !== undefined) permit.keepBaseline(before);
  const results = await api.start(kind, options, permit);
  const answers = new Map<string, Outcome | Started>();
  items.forEach((item, place) => {
    const result = results[paths.indexOf(itemPaths[place] ?? '')] ?? null;
    if (result !== null) answers.set(item.key, toAnswer(result, before?.[itemUuid(item)]));
  });
  return answers;
}

/**
 * The requests of a conversion: the start, the polls, and a read of the new file. With `readsGroup`, ucbulk
 * first reads the group of the document.
 */
export function conversionRequests(kind: ConversionKind, readsGroup = false): StepRequest[] {
  return [
    ...(readsGroup ? [{ endpoint: `GET /convert/${kind}/{uuid}/` }] : []),
    { endpoint: `POST /convert/${kind}/`, items: START_SIZE },
    { endpoint: `GET /convert/${kind}/status/{token}/`, isPoll: true },
    readsGroup ? { endpoint: 'GET /files/{uuid}/' } : NEW_FILES_REQUEST,
  ];
}

function toAnswer(result: PathResult, before: string | null | undefined): Outcome | Started {
  if (result.kind === 'started')
    return { kind: 'started', token: createToken(result.conversion, before) };
  return { kind: 'failed', failure: { code: 'problem', message: result.message } };
}

function createToken(
  { token, uuid, thumbnailsGroup }: StartedConversion,
  before: string | null | undefined,
): string {
  const thumbnails = thumbnailsGroup === null ? {} : { thumbnails: thumbnailsGroup };
  return JSON.stringify({ token, file: uuid, before, ...thumbnails });
}

/**
 * Evaluates the status of a conversion. Returns null if the conversion ended, or if the service no longer
 * knows it. ucbulk must then read the output to find out the result.
 */
function checkStatus(status: ConversionStatus | null, { ageMs }: RemoteJob): PollAnswer | null {
  if (status === null) return ageMs < TOKEN_GRACE_MS ? { kind: 'running' } : null;
  switch (status.state) {
    case 'finished':
      return null;
    case 'failed':
      return failed('conversion_failed', status.error ?? 'No reason given');
    case 'canceled':
      return failed('conversion_canceled', 'The conversion was canceled');
    default:
      return { kind: 'running' };
  }
}

function failed(code: string, message: string): Outcome {
  return { kind: 'failed', failure: { code, message } };
}
