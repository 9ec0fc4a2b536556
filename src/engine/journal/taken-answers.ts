import type { FailureNote } from '../../core/outcome.ts';
import { present } from '../../core/present.ts';
import type { AnswerName, AnswerOwner } from '../../ledger/answer-table.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Answered, Named } from '../../operations/operation.ts';
import type { RecordedStep } from '../tasks/step-items.ts';
import type { ItemResult, PollResult } from '../tasks/task.ts';
import type { JournalDependencies } from './journal-dependencies.ts';

type Dependencies = Pick<JournalDependencies, 'ledger' | 'steps'>;

/**
 * Tolerance for comparing the time of a request with `asOf`, the time of the selection, ms. The selection
 * contains only files that were uploaded before `asOf`. So it can't contain a file that was made by a request
 * sent later than `asOf` plus this tolerance.
 */
const LISTED_SLACK_MS = 10_000;

/**
 * Checks the tokens, files and groups that the answers to one request name. Each name may belong to only one
 * unit of work (one operation on one file or group). An item is in doubt if its answer names its own source,
 * an item of the selection, or something that belongs to another unit. All other names are recorded as taken,
 * in the transaction that records the results.
 */
export function takeAnswers<Result extends ItemResult | PollResult>(
  results: readonly Result[],
  request: { readonly step: number; readonly sentAt: number | null },
  deps: Dependencies,
): (Result | (ItemResult & PollResult & { to: 'in-doubt' }))[] {
  const step = deps.steps[request.step];
  const namedIn = step?.operation.namedIn;
  if (step === undefined || namedIn === undefined) return [...results];
  return results.map((result) => {
    const answered = answeredIn(result);
    const names = answered === null ? [] : namedIn(answered);
    const work = sharedWork(result, results, { ...step, place: request.step });
    const owner = { item: result.item.seq, step: request.step, work };
    const fault = names
      .map((name) => findFault(name, { result, owner, request }, deps))
      .find(isText);
    if (fault !== undefined)
      return { item: result.item, to: 'in-doubt', note: doubtNote(fault, result) };
    for (const name of names) deps.ledger.answers.take(nameIn(name, request.step), owner);
    return result;
  });
}

function answeredIn(result: ItemResult | PollResult): Answered | null {
  if (result.to === 'waiting') return result.token === undefined ? null : { token: result.token };
  if (result.to !== 'outcome') return null;
  const { outcome } = result;
  if (outcome.kind === 'done') return { result: outcome.result ?? {} };
  const made = outcome.kind === 'failed' ? outcome.made : undefined;
  return made === undefined ? null : { result: made };
}

/**
 * The name of the unit of work if several items share it; null otherwise. Items share a unit if they are in
 * one fixed batch, or if they need the same work on the same file (docs/decisions/0010).
 */
function sharedWork(
  { item }: ItemResult | PollResult,
  results: readonly (ItemResult | PollResult)[],
  { operation, work, repeatsWork, place }: RecordedStep & { readonly place: number },
): string | null {
  if (operation.shape === 'batch') return `step ${place}, batch of ${results[0]?.item.seq}`;
  return work === null || repeatsWork ? null : `work ${work} ${item.file ?? item.key}`;
}

/** Describes why an answer with this name must be wrong; null if nothing is wrong with it. */
function findFault(
  name: Named,
  taker: {
    readonly result: ItemResult | PollResult;
    readonly owner: AnswerOwner;
    readonly request: { readonly step: number; readonly sentAt: number | null };
  },
  { ledger }: Dependencies,
): string | null {
  const { result, owner, request } = taker;
  const other = ledger.answers.owner(nameIn(name, request.step));
  if (other !== null && !isSameUnit(other, owner)) {
    return `The answer names ${name.kind} ${name.id}, which item ${other.item} has already (step ${other.step + 1})`;
  }
  if (name.kind !== 'file') return null;
  if (name.id === (result.item.file ?? result.item.key)) {
    return `The answer names the file ${name.id} itself as its own result`;
  }
  const listed =
    other === null && mayBeListed(request.sentAt, ledger)
      ? ledger.answers.itemWithKey(name.id)
      : null;
  return listed === null
    ? null
    : `The answer names ${name.id} as the file that was made, but that is item ${listed} of this run`;
}

/**
 * True if a file that the request made may be in the selection. Each file of the selection was uploaded
 * before `asOf`. So only a request that was sent before `asOf`, or within the tolerance after it, can have
 * made one of them. The ledger has no index over the keys of items, so this test avoids most of the slow
 * searches.
 */
function mayBeListed(sentAt: number | null, { run }: Ledger): boolean {
  const { asOf } = run.get();
  return sentAt === null || asOf === null || sentAt - asOf < LISTED_SLACK_MS;
}

function isSameUnit(one: AnswerOwner, other: AnswerOwner): boolean {
  if (one.step === other.step && one.item === other.item) return true;
  return one.work !== null && one.work === other.work;
}

/**
 * The name in the form that the ledger stores. In each `space`, an id is unique: the service never gives the
 * same id to two files or two groups. A token is unique only among the jobs of one step, so its space
 * contains the step.
 */
function nameIn({ kind, id }: Named, step: number): AnswerName {
  return { space: kind === 'token' ? `token ${step}` : kind, id };
}

function doubtNote(fault: string, result: ItemResult | PollResult): FailureNote {
  const message = `${fault}. The effect of this request is unknown. Look at the project, then decide with \`ucbulk resolve\``;
  const token = result.to === 'waiting' ? result.token : undefined;
  return { code: 'answer_of_another', message, ...present({ requestId: token }) };
}

function isText(value: string | null): value is string {
  return value !== null;
}
