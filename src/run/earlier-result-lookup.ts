import { isFileUuid, parseFileUuid } from '../core/file-uuid.ts';
import type { Item } from '../core/item.ts';
import type { Outcome } from '../core/outcome.ts';
import type { EarlierResultLookup } from '../engine/tasks/step-items.ts';
import { type Step, stepOperation } from '../job/step-schemas.ts';
import type { OtherWork } from '../state/ledgers-of-others.ts';
import { type OtherWorks, skipsCompletedWork } from '../state/other-works.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';

/** Options of a lookup. */
export interface LookupOptions {
  readonly client: RestClient;
  readonly others: OtherWorks;
  /** Start of this run, server time, ms. */
  readonly startedAt: number;
  /** True if later steps use the file that the step made. */
  readonly isFileUsed: boolean;
}

type Lookup = (signal: AbortSignal) => Promise<Outcome | null>;

/**
 * Creates the lookup of work that other runs did; null for a step whose work may be done twice. The lookup
 * reads the ledgers of the other runs. Some add-ons store their result with the file, so the lookup also
 * reads the file. With `skipIfDone: false`, older work is repeated: the lookup finds only work of runs that
 * overlap in time with this run.
 */
export function createEarlierResultLookup(
  { step, place: stepIndex }: { readonly step: Step; readonly place: number },
  options: LookupOptions,
): EarlierResultLookup | null {
  if (!('skipIfDone' in step)) return null;
  const isSkipped = skipsCompletedWork(step);
  const readResultInFile = isSkipped
    ? stepOperation(step).doneBefore?.(options.client, step.with)
    : undefined;
  const since = isSkipped ? null : options.startedAt;
  return (items) => {
    const found = options.others.find(stepIndex, items.map(inputFile), since);
    const lookups = new Map<number, Lookup | 'at-work'>();
    for (const item of items) {
      const known = found.get(inputFile(item));
      if (known?.kind === 'at-work') lookups.set(item.seq, 'at-work');
      else if (known !== undefined)
        lookups.set(item.seq, (signal) => toOutcome(known, options, signal));
      else if (readResultInFile !== undefined)
        lookups.set(item.seq, (signal) => readResultInFile(item, signal));
    }
    return lookups;
  };
}

function inputFile(item: Item): string {
  return item.file ?? item.key;
}

async function toOutcome(
  { run, standing }: OtherWork & { kind: 'paid' },
  { client, isFileUsed }: LookupOptions,
  signal: AbortSignal,
): Promise<Outcome> {
  if (standing.kind !== 'done') return unfinishedWork(run, standing.kind);
  const { result, at } = standing;
  const when = at === null ? '' : ` at ${new Date(at).toISOString()}`;
  const done = { kind: 'skipped', reason: 'done before' } as const;
  const message = `Run ${run} did this${when}`;
  const file = typeof result?.['file'] === 'string' ? result['file'] : null;
  if (file !== null && isFileUsed && !(await fileExists(client, file, signal))) {
    return { ...done, message: `${message}; the file that it made (${file}) is gone` };
  }
  return { ...done, message, continuesAtNextStep: true, ...(result !== null && { result }) };
}

async function fileExists({ files }: LookupOptions['client'], file: string, signal: AbortSignal) {
  if (!isFileUuid(file)) return false;
  const facts = await files.fileInfo(parseFileUuid(file), signal);
  return facts !== null && facts.removedAt === null;
}

/** The failure of an item whose work another run began, if that run does not know the result yet. */
function unfinishedWork(run: string, kind: 'open' | 'in-doubt'): Outcome {
  const [code, message] =
    kind === 'open'
      ? [
          'open_in_earlier_run',
          `Run ${run} started this and does not know the result: run \`ucbulk resume ${run}\` first`,
        ]
      : [
          'in_doubt_in_earlier_run',
          `Run ${run} does not know whether it did this: run \`ucbulk resolve ${run}\` first`,
        ];
  return { kind: 'failed', failure: { code, message } };
}
