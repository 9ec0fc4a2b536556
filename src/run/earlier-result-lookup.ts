import type { FileFacts } from '../core/file-facts.ts';
import type { Item } from '../core/item.ts';
import type { Outcome } from '../core/outcome.ts';
import type { EarlierResultLookup } from '../engine/tasks/step-items.ts';
import { type Step, stepOperation } from '../job/step-schemas.ts';
import { isDoneOnce, skipsCompletedWork } from '../job/step-work.ts';
import type { DoneBefore, IsSameInput, OperationDependencies } from '../operations/descriptor.ts';
import { type FileLookup, lookUpFacts } from '../operations/look-up-files.ts';
import type { OtherWork } from '../state/ledgers-of-others.ts';
import type { OtherWorks } from '../state/other-works.ts';

/** Options of a lookup. */
export interface LookupOptions {
  readonly place: OperationDependencies;
  readonly others: OtherWorks;
  /** Start of this run, server time, ms. */
  readonly startedAt: number;
  /** True if later steps use the file that the step made. */
  readonly isFileUsed: boolean;
}

type Lookup = (signal: AbortSignal) => Promise<Outcome | null>;
type PaidWork = OtherWork & { kind: 'paid' };

/**
 * Creates the lookup of work that other runs did; null for a step whose work may be done twice. The lookup
 * reads the ledgers of the other runs. Some add-ons store their result with the file, so the lookup also
 * reads the file. With `skipIfDone: false`, older work is repeated: the lookup finds only work of runs that
 * overlap in time with this run.
 */
export function createEarlierResultLookup(
  { step, index }: { readonly step: Step; readonly index: number },
  { place, others, startedAt, isFileUsed }: LookupOptions,
): EarlierResultLookup | null {
  if (!isDoneOnce(step)) return null;
  const operation = stepOperation(step);
  const isSkipped = skipsCompletedWork(step);
  const readResults = isSkipped ? operation.doneBefore?.(place.client, step.with) : undefined;
  const since = isSkipped ? null : startedAt;
  const isFree = operation.paid === undefined;
  const isSameInput = operation.isSameInput?.(place);
  return (items) => {
    const found = others.find(index, items.map(inputFile), since);
    const unknown = items.filter((item) => !found.has(inputFile(item)));
    const made = [...found.values()].map(madeFile).filter((file) => file !== null);
    // A paid file is not made again, so it does not matter whether it exists, unless a later step uses it.
    const lookUp = isFree || isFileUsed ? lookUpFacts(place.client, made) : null;
    return new Map([
      ...lookInLedgers(items, found, { isSameInput, isFree, lookUp }),
      ...lookInFiles(unknown, readResults?.(unknown)),
    ]);
  };
}

/** The items whose work other runs did, or are doing. */
function lookInLedgers(
  items: readonly Item[],
  found: ReadonlyMap<string, OtherWork>,
  rules: Omit<Rules, 'signal'>,
): [number, Lookup | 'at-work'][] {
  return items.flatMap((item): [number, Lookup | 'at-work'][] => {
    const known = found.get(inputFile(item));
    if (known === undefined) return [];
    if (known.kind === 'at-work') return [[item.seq, 'at-work']];
    return [[item.seq, (signal) => toOutcome(item, known, { ...rules, signal })]];
  });
}

/** The items whose files may contain the result of the work. */
function lookInFiles(
  items: readonly Item[],
  readResult: DoneBefore | undefined,
): [number, Lookup][] {
  if (readResult === undefined) return [];
  return items.map((item) => [item.seq, (signal) => readResult(item, signal)]);
}

function inputFile(item: Item): string {
  return item.file ?? item.key;
}

/** The file that another run made; null if it made none, or if its result is unknown. */
function madeFile(work: OtherWork): string | null {
  if (work.kind !== 'paid' || work.standing.kind !== 'done') return null;
  const file = work.standing.result?.['file'];
  return typeof file === 'string' ? file : null;
}

/** How a step decides about the results of other runs. */
interface Rules {
  readonly isSameInput: IsSameInput | undefined;
  /** True if the step costs nothing, so that it makes a file again that is gone. */
  readonly isFree: boolean;
  /** Looks up the files that other runs made; null if it does not matter whether they exist. */
  readonly lookUp: FileLookup<FileFacts> | null;
  readonly signal: AbortSignal;
}

/** The outcome of an item whose work another run did. Null if the work must be done again. */
async function toOutcome(
  item: Item,
  work: PaidWork,
  { isSameInput, isFree, lookUp, signal }: Rules,
): Promise<Outcome | null> {
  const { run, standing } = work;
  if (standing.kind !== 'done') return unfinishedWork(run, standing.kind);
  const { result, hasFailed } = standing;
  if (hasFailed && isFree) return null;
  const isOther = isSameInput !== undefined && !(await isSameInput(item, result ?? {}, signal));
  if (isOther) return null;
  const message = doneMessage(run, standing);
  const text = lookUp === null ? null : await describeGone(work, { isFree, lookUp, signal });
  const done = { kind: 'skipped', reason: 'done before' } as const;
  if (text !== null) return isFree ? null : { ...done, message: `${message}${text}` };
  return { ...done, message, continuesAtNextStep: true, ...(result !== null && { result }) };
}

/**
 * The text about a made file that is gone. Empty if the message of the other run says that already, because that run
 * had skipped the item. Null if the file exists, or if the work made none.
 */
async function describeGone(
  work: PaidWork,
  { isFree, lookUp, signal }: Pick<Rules, 'isFree' | 'signal'> & { lookUp: FileLookup<FileFacts> },
): Promise<string | null> {
  const file = madeFile(work);
  if (file === null) return 'doneBefore' in work.standing && !isFree ? '' : null;
  const isGone = (await lookUp(file, signal)) === null;
  return isGone ? `; the file that it made (${file}) is gone` : null;
}

/** The message that names the run that did the work. If `run` skipped the file, its own message names that run. */
function doneMessage(
  run: string,
  { at, doneBefore }: PaidWork['standing'] & { kind: 'done' },
): string {
  const when = at === null ? '' : ` at ${new Date(at).toISOString()}`;
  return doneBefore ?? `Run ${run} did this${when}`;
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
