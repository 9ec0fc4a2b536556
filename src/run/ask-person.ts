import type { ConfirmAnswer, ConsentQuestion } from '../core/consent.ts';
import { type Cost, moneyText } from '../core/money.ts';
import { present } from '../core/present.ts';
import { WaitReporter } from '../core/wait.ts';
import { needsConsent } from '../engine/consent.ts';
import type { RunStop } from '../engine/run-stop.ts';
import type { EngineStep } from '../engine/tasks/step-items.ts';
import type { Job } from '../job/job-schema.ts';
import { costLimits, priceList } from '../job/price-list.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { backedUpDeletes } from './deleted-with-backup.ts';
import type { ProjectServices } from './project-services.ts';
import type { RunContext } from './run-request.ts';

/** Asks a person to confirm the deletes and payments of a run. */
export async function askPerson(
  {
    context,
    runStop,
    services,
  }: {
    readonly context: RunContext;
    readonly runStop: RunStop;
    readonly services: ProjectServices;
  },
  asked: {
    job: Job;
    steps: readonly EngineStep[];
    ledger: Ledger;
    question: ConsentQuestion;
  },
): Promise<ConfirmAnswer> {
  const { job, steps, ledger, question } = asked;
  if (!job.guard.confirm) return 'yes';
  const { runId, jobName } = ledger.run.get();
  const touched = job.steps.filter((_, index) => hasConsentEffect(steps[index]));
  const projects = [...new Set(touched.map(({ project }) => services.of(project)))];
  const named = projects.map(({ name, connection }) => ({
    publicKey: connection.publicKey,
    ...present({ name }),
  }));
  const about = { run: runId, jobName, projects: named, ...costLimit(job) };
  const deletes = job.steps.filter((_, index) => steps[index]?.operation.destructive);
  const hasBackups = deletes.length > 0 && backedUpDeletes(job).length === deletes.length;
  const asking = { ...question, ...about, ...(hasBackups && { hasBackups }) };
  return askAndWait(context, () => context.confirm(asking, runStop.signal));
}

const QUESTION = 'waiting for an answer to its question, in its own terminal';

/** Asks a person. While nobody has answered, reports a wait, so that `status` in another shell can show it. */
export async function askAndWait(
  { world, listener }: Pick<RunContext, 'world' | 'listener'>,
  ask: () => Promise<ConfirmAnswer | boolean>,
): Promise<ConfirmAnswer> {
  const { clock } = world;
  const wait = new WaitReporter('question', clock, listener);
  const asked = ask();
  try {
    // `--yes` answers at once, and then the run does not wait.
    const first = await Promise.race([asked, clock.tick()]);
    if (first === undefined) wait.begin(null, { kind: 'question', reason: QUESTION });
    return toAnswer(await asked);
  } finally {
    wait.end();
  }
}

/** The cost limit of a job, for the question. */
export function costLimit(job: Job): { readonly costLimit?: Cost } {
  const { maxCost } = costLimits(job);
  const list = priceList(job);
  if (maxCost === null || list === null) return {};
  return { costLimit: { amount: moneyText(maxCost), currency: list.currency } };
}

/** The answer of a person, which a program that uses ucbulk as a library may give as a boolean. */
function toAnswer(answer: ConfirmAnswer | boolean): ConfirmAnswer {
  if (typeof answer === 'boolean') return answer ? 'yes' : 'no';
  return answer;
}

function hasConsentEffect(step: EngineStep | undefined): boolean {
  return step !== undefined && needsConsent(step);
}
