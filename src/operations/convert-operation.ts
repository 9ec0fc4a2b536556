import type { Item } from '../core/item.ts';
import type { Outcome } from '../core/outcome.ts';
import { present } from '../core/present.ts';
import type { ConversionApi, ConversionKind, PathResult } from '../uploadcare/conversion-api.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';
import type { ConversionStatus, StartedConversion } from '../uploadcare/wire/conversion-answer.ts';
import { namedInAnswer } from './named-in-answers.ts';
import type {
  IntentPermit,
  PollAnswer,
  RemoteJob,
  RemoteOperation,
  StartAnswers,
  Started,
} from './operation.ts';
import type { PageGroups } from './page-groups.ts';
import { notInTime, readyOutput } from './ready-output.ts';
import { uuidOf } from './uuid-of.ts';

/** What conversions need of the project. */
export type ConversionClient = Pick<RestClient, 'conversions' | 'files'>;

/** What the two kinds of conversion differ in. */
export interface ConvertTraits {
  readonly kind: ConversionKind;
  readonly store: boolean | undefined;
  /** What is converted to: such conversions take about as long as each other. */
  readonly target: string;
  readonly typicalMs: number;
  /** `<uuid>/document/-/format/pdf/` … */
  readonly pathOf: (item: Item) => string;
  /** Where the pages are made a group of images, by which a lost answer can be looked up too. */
  readonly pages?: PageGroups;
}

/** Paths in one request: a lost answer puts all of them in doubt, so few. */
const START_SIZE = 10;
/** A token that the service does not know yet may be known soon. */
const TOKEN_GRACE_MS = 60_000;

/**
 * Converts files. A repeated request converts again under another UUID, and nothing tells whose
 * output a file is: where the token was lost, the item is in doubt, but for a group of pages.
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
      const { token, finishedAt, before, ...output } = JSON.parse(job.token) as Kept;
      if (finishedAt === undefined) {
        const running = unfinished(await api.status(traits.kind, token, signal), job);
        if (running !== null) return running;
      }
      const now = job.startedAt + job.ageMs;
      const since = finishedAt ?? now;
      const waitFor = {
        file: output.file,
        result: output,
        waitedMs: now - since,
        sentAt: job.startedAt,
        token: JSON.stringify({ token, finishedAt: since, before, ...output }),
      };
      const ready = await readyOutput(files, waitFor, signal);
      if (ready.kind !== 'done' || traits.pages === undefined) return ready;
      const group = await traits.pages.namedBy(job.item, signal);
      const isShown = group !== null && group !== before;
      if (isShown) return { kind: 'done', result: { ...output, group } };
      return notInTime(waitFor, {
        code: 'group_missing',
        message: `The conversion to ${output.file} was through, but the document named no new group of its pages`,
      });
    },
  };
}

/** What is kept of a start, as the job's token: the output is named nowhere else. */
interface Kept {
  readonly token: string;
  readonly file: string;
  /** The group of its pages that the document named before. */
  readonly before?: string | null;
  /** When it was first said to be through, server time, ms; the output is waited for since. */
  readonly finishedAt?: number;
}

async function start(
  api: ConversionApi,
  { kind, store, pages, pathOf }: ConvertTraits,
  { items, permit }: { items: readonly Item[]; permit: IntentPermit },
): Promise<StartAnswers> {
  const pathOfItem = items.map(pathOf);
  // Two items may stand for one file: it is converted, and paid for, once for both.
  const paths = [...new Set(pathOfItem)];
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
    const result = results[paths.indexOf(pathOfItem[place] ?? '')] ?? null;
    if (result !== null) answers.set(item.key, answerOf(result, before?.[uuidOf(item)]));
  });
  return answers;
}

function answerOf(result: PathResult, before: string | null | undefined): Outcome | Started {
  if (result.kind === 'started') return { kind: 'started', token: keep(result.conversion, before) };
  return { kind: 'failed', failure: { code: 'problem', message: result.message } };
}

function keep(
  { token, uuid, thumbnailsGroup }: StartedConversion,
  before: string | null | undefined,
): string {
  const thumbnails = thumbnailsGroup === null ? {} : { thumbnails: thumbnailsGroup };
  return JSON.stringify({ token, file: uuid, before, ...thumbnails });
}

/** null: it is through, or forgotten, and its output tells what became of it. */
function unfinished(status: ConversionStatus | null, { ageMs }: RemoteJob): PollAnswer | null {
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
