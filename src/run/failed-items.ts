import { errorMessage } from '../core/error-message.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { UserError } from '../core/user-error.ts';
import { UnknownField } from '../job/expression-scope.ts';
import type { FailureScope } from '../job/failure-condition.ts';
import { compileFailureCondition } from '../job/failure-condition.ts';
import type { Job } from '../job/job-schema.ts';
import { paidName } from '../job/paid-names.ts';
import { stepOperation } from '../job/step-schemas.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import type { RunItem } from '../ledger/run-items.ts';
import { findRetryObstacle, type RetryObstacle } from './retry-obstacle.ts';

/** The failed items that the user wants to retry. */
export interface RetryWanted {
  /** Only failures with one of these codes; null for all. */
  readonly codes: readonly string[] | null;
  /** Only failures for which this CEL condition is true; null for all. */
  readonly where: string | null;
}

/** A failed item of a run, and the result of the check whether it can be retried. */
export interface FailedItem {
  readonly seq: number;
  readonly key: string;
  /** Index of the step at which it failed. */
  readonly step: number;
  readonly code: string;
  /** `unknown`: the condition of the user needs a field of the file that ucbulk does not know. */
  readonly isWanted: boolean | 'unknown';
  /** Why it can't be retried; null if it can. */
  readonly obstacle: RetryObstacle | null;
  /** The name in `limits.paid` of the operation for which a retry pays again; null if it does not. */
  readonly paysAgain: string | null;
}

const PAGE = 1000;

/** Reads the failed items of a run in the order of the selection, up to 1000 at a time. */
export function* readFailedItems(
  reader: LedgerReader,
  { job, wanted }: { readonly job: Job; readonly wanted: RetryWanted },
): Generator<readonly FailedItem[]> {
  const holds = compileWanted(wanted, job);
  let page: RunItem[] = [];
  for (const item of reader.runItems({ states: ['failed'] })) {
    page.push(item);
    if (page.length < PAGE) continue;
    yield checkPage(reader, page, { job, holds });
    page = [];
  }
  if (page.length > 0) yield checkPage(reader, page, { job, holds });
}

type Wanted = (item: RunItem, failure: Failure) => boolean | 'unknown';

/** A failure in an item's outcomes. */
interface Failure {
  readonly step: number;
  readonly code: string;
  readonly message: string;
}

function checkPage(
  reader: LedgerReader,
  page: readonly RunItem[],
  { job, holds }: { readonly job: Job; readonly holds: Wanted },
): FailedItem[] {
  const effects = reader.failedEffects(page.map(({ record }) => record.seq));
  return page.map((item) => {
    const { seq, key, step: endStep } = item.record;
    const failure = findFailure(item);
    const step = job.steps[failure.step];
    const uses = step?.uses ?? '';
    const effect = effects.get(seq) ?? null;
    const obstacle = findRetryObstacle({
      effect,
      isRepeatable: step !== undefined && stepOperation(step).isRepeatable === true,
      hasContinued: failure.step !== endStep,
    });
    const paysAgain = effect === 'ended' ? paidName({ uses }) : null;
    const isWanted = holds(item, failure);
    return { seq, key, step: failure.step, code: failure.code, isWanted, obstacle, paysAgain };
  });
}

/** The failure of a failed item. An item that continued after a failure has it at an earlier step. */
function findFailure({ record, outcomes }: RunItem): Failure {
  const failed = outcomes.findLast(({ state }) => state === 'failed');
  const { step = record.step, reason, message } = failed ?? {};
  return { step, code: reason ?? 'unknown', message: message ?? '' };
}

function compileWanted({ codes, where }: RetryWanted, job: Job): Wanted {
  const holds = where === null ? null : compileFailureCondition(where);
  return (item, failure) => {
    if (codes !== null && !codes.includes(failure.code)) return false;
    if (holds === null) return true;
    try {
      return holds(failureScope(item, failure, job));
    } catch (error) {
      if (error instanceof UnknownField) return 'unknown';
      throw failedCondition(item.record.key, error);
    }
  };
}

function failedCondition(key: string, cause: unknown): UserError {
  return new UserError(
    'usage',
    `--where fails for item ${JSON.stringify(key)}: ${errorMessage(cause)}. Nothing was changed. Change the condition; \`has(…)\` tests whether a value exists.`,
    { cause },
  );
}

function failureScope({ record, outcomes }: RunItem, failure: Failure, job: Job): FailureScope {
  const { file = {}, ...details } = record.details ?? {};
  const results = new Map(outcomes.map(({ step, result }) => [step, result ?? {}]));
  const steps: Record<string, JsonObject> = {};
  for (const [index, { id }] of job.steps.entries()) steps[id] = results.get(index) ?? {};
  return {
    vars: job.vars ?? {},
    item: { key: record.key, ...details },
    file: isJsonObject(file) ? file : {},
    steps,
    code: failure.code,
    message: failure.message,
    step: job.steps[failure.step]?.id ?? String(failure.step + 1),
    attempts: record.attempts,
  };
}
