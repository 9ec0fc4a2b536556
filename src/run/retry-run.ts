import type { EffectCount } from '../core/effect-count.ts';
import { moneyText } from '../core/money.ts';
import { present } from '../core/present.ts';
import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { Job } from '../job/job-schema.ts';
import type { PaidName } from '../job/paid-names.ts';
import { priceIn } from '../job/price-list.ts';
import { withOpenReader } from '../ledger/with-reader.ts';
import { costLimit } from './ask-person.ts';
import { type RetryWanted, readFailedItems } from './failed-items.ts';
import { type OpenedRun, resumeReopened } from './resume-run.ts';
import { type RetryReview, review } from './review-retry.ts';
import type { RunContext, RunEnd } from './run-request.ts';

/** A retry: its run, and the failed items that it takes. */
export interface RetryRequest {
  readonly run: RunId;
  readonly wanted: RetryWanted;
  /** A changed job file, as for a resume; absent if the run keeps its job. */
  readonly job?: Job;
}

/**
 * Gives failed items of a run a new attempt at the step at which they failed, and continues the run like a
 * resume. Records in one transaction which items it takes, before it sends anything. If that would pay again,
 * first asks the user, in addition to the confirmation of the run. If the user does not agree, changes nothing
 * and throws a `refused` error.
 */
export function retryRun({ run, wanted, job }: RetryRequest, context: RunContext): Promise<RunEnd> {
  return resumeReopened(run, context, job, (opened) => reopenItems(opened, wanted, context));
}

/** Makes the wanted items pending again. Throws a `UserError` if there are none. */
async function reopenItems(
  opened: OpenedRun,
  wanted: RetryWanted,
  context: RunContext,
): Promise<void> {
  const { ledger, path } = opened;
  await withOpenReader(path, async (reader) => {
    const reviewed = review(reader, opened.job, wanted);
    if (reviewed.items === 0) throw nothingToRetry(opened);
    await confirmPayments(opened, reviewed, context);
    // The answer may have taken hours.
    await opened.enterWindow();
    ledger.transaction(() => {
      const retry = ledger.retries.begin({
        at: context.world.clock.now(),
        codes: wanted.codes,
        condition: wanted.where,
        items: reviewed.items,
        confirmed: Object.fromEntries(reviewed.paysAgain),
      });
      for (const page of readFailedItems(reader, { job: opened.job, wanted })) {
        for (const [step, seqs] of chosenByStep(page)) ledger.retries.reopen(retry, { step, seqs });
      }
      // Nobody has seen the results of the retry, so `--yes` must not accept them as the results of the canary.
      ledger.canary.forgetAsked();
      const waiting = `${reviewed.items} failed items are to be retried.`;
      ledger.run.setState('interrupted', waiting, null);
    });
  });
}

type Page = ReturnType<typeof readFailedItems> extends Generator<infer Items> ? Items : never;

function chosenByStep(page: Page): Map<number, number[]> {
  const steps = new Map<number, number[]>();
  for (const { seq, step, isWanted, obstacle } of page) {
    if (isWanted !== true || obstacle !== null) continue;
    const chosen = steps.get(step) ?? [];
    chosen.push(seq);
    steps.set(step, chosen);
  }
  return steps;
}

/**
 * Asks the user to confirm the payments that the run's own confirmation does not include: the service charged
 * for a job that ended in an error, and it charges for the new job too.
 */
async function confirmPayments(
  { job, projects, ledger }: OpenedRun,
  { paysAgain, items }: Pick<RetryReview, 'paysAgain' | 'items'>,
  context: RunContext,
): Promise<void> {
  if (paysAgain.size === 0 || !job.guard.confirm) return;
  const effects = [...paysAgain].map(([name, count]): EffectCount => {
    const limit = job.limits.paid?.[name as keyof typeof job.limits.paid] ?? null;
    const price = priceIn(job, name as PaidName);
    const cost = price && {
      amount: moneyText(price.perItem * BigInt(count)),
      currency: price.currency,
    };
    return { kind: 'pay', name, steps: 1, items: count, count, limit, ...present({ cost }) };
  });
  const { runId, jobName } = ledger.run.get();
  const named = projects.map(({ name, connection }) => {
    return { publicKey: connection.publicKey, ...present({ name }) };
  });
  const question = { effects, items, run: runId, jobName, projects: named, ...costLimit(job) };
  const answer = await context.confirm({ ...question, isRetry: true });
  if (answer === 'yes' || answer === true) return;
  throw new UserError(
    'refused',
    answer === 'unanswered'
      ? `Not retried: to pay again needs a confirmation, and there was no answer. Nothing was changed. Answer the question on a terminal, or add --yes.`
      : `Not retried: the answer was no. Nothing was changed. To retry only some of the items, use --code or --where.`,
  );
}

function nothingToRetry({ ledger }: OpenedRun): UserError {
  const { runId } = ledger.run.get();
  return new UserError(
    'usage',
    `No failed item of run ${runId} can be retried any more: another process has changed the run. Nothing was changed. See: ucbulk retry ${runId} --dry-run`,
  );
}
