import { type ClassifiedError, toFailure } from '../../core/failure.ts';
import { present } from '../../core/present.ts';
import type {
  NewFiles,
  PollAnswer,
  RemoteJob,
  RemoteOperation,
} from '../../operations/operation.ts';
import { stopIfFatal, toFailureNote } from '../failure/after-failure.ts';
import { recordPollFailure } from '../failure/record-outage.ts';
import { nextReading } from '../service-state/next-reading.ts';
import { settleAll } from '../tasks/parallel.ts';
import type { OpenRemoteJob, PollResult, TaskDependencies } from '../tasks/task.ts';

/** The remote jobs of waiting items of one step. */
export interface PollTask {
  readonly step: number;
  readonly jobs: readonly OpenRemoteJob[];
}

/**
 * The item of a job that runs for longer than this is in doubt, ms. Without this limit, a run might wait for
 * ever.
 */
const ENDLESS_MS = 24 * 3_600_000;
/** Shortest pause after a poll without an answer, ms. */
const AFTER_FAILURE_MS = 2000;

/**
 * Polls each job once. If a poll gets no answer, ucbulk polls the job again later. It never starts the job
 * again. Returns the failure that must stop the run, or null.
 */
export async function pollRemoteJobs(
  task: PollTask,
  deps: TaskDependencies,
  onSettled: (job: OpenRemoteJob) => void = () => undefined,
): Promise<ClassifiedError | null> {
  const { operation } = deps;
  if (operation.shape !== 'remote') throw new Error(`${operation.kind} has no remote jobs`);
  const polling = { operation, deps };
  let fatal: ClassifiedError | null = null;
  const afterError = (job: OpenRemoteJob, error: unknown) => {
    const failure = toFailure(error);
    fatal ??= stopIfFatal(failure, deps);
    return afterFailedPoll(job, failure, polling);
  };
  const settle = async (job: OpenRemoteJob, result: Promise<PollResult>) => {
    const settled = await result.catch((error: unknown) => afterError(job, error));
    await deps.journal.settlePoll(task.step, settled);
    onSettled(job);
  };
  const { newFiles } = operation;
  const made = task.jobs.filter(({ token }) => newFiles?.isNamedIn(token));
  const together = newFiles !== undefined && made.length > 1 ? made : [];
  const others = task.jobs.filter((job) => !together.includes(job));
  const listed = newFiles === undefined ? null : pollTogether(together, newFiles, polling);
  await settleAll([
    ...others.map((job) => settle(job, pollOnce(job, polling))),
    ...together.map((job, index) =>
      settle(
        job,
        Promise.resolve(listed).then((results) => results?.[index] ?? pollOnce(job, polling)),
      ),
    ),
  ]);
  return fatal;
}

/** A remote operation and the dependencies of its polls. */
interface Polling {
  readonly operation: RemoteOperation;
  readonly deps: TaskDependencies;
}

/**
 * Reads the new files of several jobs with few requests. Null for a job whose file must be read alone. If the
 * requests fail, all of these jobs are polled again later.
 */
async function pollTogether(
  jobs: readonly OpenRemoteJob[],
  newFiles: NewFiles,
  polling: Polling,
): Promise<readonly (PollResult | null)[]> {
  if (jobs.length === 0) return [];
  const { deps } = polling;
  let ages: readonly number[] = [];
  const answers = await deps.slot(() => {
    ages = jobs.map((job) => jobAge(job, deps));
    const aged = jobs.map((job, index) => toRemoteJob(job, ages[index] ?? 0));
    return newFiles.pollTogether(aged, deps.stopSignal);
  });
  deps.outage.pollAnswered();
  return jobs.map((job, index) => {
    const answer = answers[index] ?? null;
    return answer === null
      ? null
      : afterAnswer(job, answer, { ...polling, ageMs: ages[index] ?? 0 });
  });
}

async function pollOnce(job: OpenRemoteJob, polling: Polling): Promise<PollResult> {
  const { operation, deps } = polling;
  let ageMs = 0;
  const answer = await deps.slot(() => {
    ageMs = jobAge(job, deps);
    return operation.poll(toRemoteJob(job, ageMs), deps.stopSignal);
  });
  deps.outage.pollAnswered();
  return afterAnswer(job, answer, { ...polling, ageMs });
}

function toRemoteJob({ item, token, startedAt }: OpenRemoteJob, ageMs: number): RemoteJob {
  return { item, token, startedAt, ageMs };
}

/** The result of an answered poll. `ageMs`: age of the job when the poll was sent. */
function afterAnswer(
  job: OpenRemoteJob,
  answer: PollAnswer,
  { operation, deps, ageMs }: Polling & { readonly ageMs: number },
): PollResult {
  const { item, startedAt } = job;
  const polling = { operation, deps };
  if (answer.kind === 'running') {
    return answer.isMade ? awaitFile(job, answer, polling) : stillRunning(job, answer, polling);
  }
  // The answer to the poll showed that our clock was ahead. So the job may be younger than it seemed, and
  // ucbulk polls it again.
  const wasAhead = deps.isClockUntrusted() || jobAge(job, deps) < ageMs;
  const isNoEnd = answer.kind === 'failed' || answer.kind === 'in-doubt';
  if (wasAhead && isNoEnd) return stillRunning(job, { kind: 'running' }, polling);
  if (answer.kind === 'in-doubt') {
    return { item, to: 'in-doubt', note: { code: answer.code, message: answer.message } };
  }
  const { endedAt, ...outcome } = answer;
  const { newFiles } = operation;
  const wasMeasured = newFiles?.isNamedIn(job.token) === true && !newFiles.isPartOfJob;
  if (!wasMeasured) {
    const end = Math.min(jobAge(job, deps), (endedAt ?? Number.POSITIVE_INFINITY) - startedAt);
    deps.durations.ended(operation.job, lastSeenRunning(job), end);
  }
  return { item, to: 'outcome', outcome };
}

/** The result for a job that has ended. Its new file is read together with the files of other jobs. */
function awaitFile(
  job: OpenRemoteJob,
  { token }: Extract<PollAnswer, { kind: 'running' }>,
  { operation, deps }: Polling,
): PollResult {
  const ageMs = jobAge(job, deps);
  deps.durations.ended(operation.job, lastSeenRunning(job), ageMs);
  const now = deps.serverNow();
  const notBefore = deps.isLastItem() ? now : nextReading(now, ageMs);
  return { item: job.item, to: 'waiting', notBefore, runningAt: now, ...present({ token }) };
}

function stillRunning(
  job: OpenRemoteJob,
  { token }: Extract<PollAnswer, { kind: 'running' }>,
  { operation, deps }: Polling,
): PollResult {
  const { item, token: known } = job;
  const ageMs = jobAge(job, deps);
  deps.durations.ran(operation.job, lastSeenRunning(job), ageMs);
  if (ageMs >= ENDLESS_MS && !deps.isClockUntrusted()) {
    const message = 'The remote job has run for a day; ucbulk no longer waits for it';
    return { item, to: 'in-doubt', note: { code: 'endless', message } };
  }
  const now = deps.serverNow();
  const due = now + deps.durations.pollDelay(operation.job, ageMs);
  const isMade = operation.newFiles?.isNamedIn(token ?? known) === true;
  const notBefore = isMade && !deps.isLastItem() ? nextReading(due, ageMs) : due;
  return { item, to: 'waiting', notBefore, runningAt: now, ...present({ token }) };
}

/** The result of a failed poll. The failure shows nothing about the job, so ucbulk polls it again. */
function afterFailedPoll(
  job: OpenRemoteJob,
  failure: ClassifiedError,
  { operation, deps }: Polling,
): PollResult {
  const { item } = job;
  if (failure.kind === 'permanent') return { item, to: 'in-doubt', note: toFailureNote(failure) };
  recordPollFailure(failure, deps);
  const wait = Math.max(
    AFTER_FAILURE_MS,
    deps.durations.pollDelay(operation.job, jobAge(job, deps)),
    failure.retryAfterMs ?? 0,
  );
  return { item, to: 'waiting', notBefore: deps.serverNow() + wait, runningAt: null };
}

function jobAge({ startedAt }: OpenRemoteJob, { serverNow }: TaskDependencies): number {
  return Math.max(0, serverNow() - startedAt);
}

function lastSeenRunning({ startedAt, runningAt }: OpenRemoteJob): number {
  return runningAt === null ? 0 : Math.max(0, runningAt - startedAt);
}
