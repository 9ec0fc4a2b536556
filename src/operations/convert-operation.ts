import type { Item } from '../core/item.ts';
import type { JsonObject } from '../core/json.ts';
import type { Outcome } from '../core/outcome.ts';
import type { SendPermit } from '../transport/send.ts';
import type { ConversionApi, ConversionKind, PathResult } from '../uploadcare/conversion-api.ts';
import type { ConversionStatus, StartedConversion } from '../uploadcare/wire/conversion-answer.ts';
import type { RemoteJob, RemoteOperation, StartAnswers, Started } from './operation.ts';

/** What the two kinds of conversion differ in. */
export interface ConvertTraits {
  readonly kind: ConversionKind;
  readonly store: boolean | undefined;
  readonly saveInGroup?: boolean | undefined;
  /** What is converted to: such conversions take about as long as each other. */
  readonly target: string;
  readonly typicalMs: number;
  /** `<uuid>/document/-/format/pdf/` … */
  readonly pathOf: (item: Item) => string;
  /** More about a finished conversion; nothing where there is no more. */
  readonly resultOf: (item: Item, signal: AbortSignal) => Promise<JsonObject>;
}

/** Paths in one request: a lost answer puts all of them in doubt, so few. */
const START_SIZE = 10;
/** A token that the service does not know yet may be known soon. */
const TOKEN_GRACE_MS = 60_000;

/**
 * Converts files. A repeated request converts again under another UUID, and nothing tells whose
 * output a file is: where the token was lost, the item is in doubt.
 */
export function convertOperation(api: ConversionApi, traits: ConvertTraits): RemoteOperation {
  return {
    kind: `convert/${traits.kind}`,
    shape: 'remote',
    startSize: START_SIZE,
    job: { name: `convert/${traits.kind} ${traits.target}`, typicalMs: traits.typicalMs },
    destructive: false,
    changesListing: true,
    doubt: { class: 'undetectable' },
    start: (items, permit) => start(api, traits, { items, permit }),
    async poll(job, signal) {
      const { token, ...output } = JSON.parse(job.token) as Kept;
      const status = await api.status(traits.kind, token, signal);
      if (status?.state !== 'finished') return unfinished(status, job);
      const more = await traits.resultOf(job.item, signal);
      return { kind: 'done', result: { ...output, ...more } };
    },
  };
}

/** What is kept of a start, as the job's token: the output is named nowhere else. */
interface Kept extends JsonObject {
  readonly token: string;
  readonly file: string;
}

async function start(
  api: ConversionApi,
  { kind, store, saveInGroup, pathOf }: ConvertTraits,
  { items, permit }: { items: readonly Item[]; permit: SendPermit },
): Promise<StartAnswers> {
  const paths = items.map(pathOf);
  const options = {
    paths,
    ...(store !== undefined && { store }),
    ...(saveInGroup !== undefined && { saveInGroup }),
  };
  const results = await api.start(kind, options, permit);
  const answers = new Map<string, Outcome | Started>();
  items.forEach((item, place) => {
    const result = results[place] ?? null;
    if (result !== null) answers.set(item.key, answerOf(result));
  });
  return answers;
}

function answerOf(result: PathResult): Outcome | Started {
  if (result.kind === 'started') return { kind: 'started', token: keep(result.conversion) };
  return { kind: 'failed', failure: { code: 'problem', message: result.message } };
}

function keep({ token, uuid, thumbnailsGroup }: StartedConversion): string {
  const thumbnails = thumbnailsGroup === null ? {} : { thumbnails: thumbnailsGroup };
  return JSON.stringify({ token, file: uuid, ...thumbnails });
}

function unfinished(status: ConversionStatus | null, { ageMs }: RemoteJob) {
  if (status === null) {
    if (ageMs < TOKEN_GRACE_MS) return { kind: 'running' } as const;
    return failed('token_lost', 'The service does not know the conversion any more');
  }
  if (status.state === 'failed')
    return failed('conversion_failed', status.error ?? 'No reason given');
  if (status.state === 'canceled')
    return failed('conversion_canceled', 'The conversion was canceled');
  return { kind: 'running' } as const;
}

function failed(code: string, message: string): Outcome {
  return { kind: 'failed', failure: { code, message } };
}
