import { type ClassifiedError, toFailure } from '../../core/failure.ts';
import { present } from '../../core/present.ts';
import type { PollAnswer, RemoteOperation } from '../../operations/operation.ts';
import { stopIfFatal, toFailureNote } from '../failure/after-failure.ts';
import { recordPollFailure } from '../failure/record-outage.ts';
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
  let fatal: ClassifiedError | null = null;
  await settleAll(
    task.jobs.map(async (job) => {
      const result = await pollOnce(job, operation, deps).catch((error: unknown) => {
        const failure = toFailure(error);
        fatal ??= stopIfFatal(failure, deps);
        return afterFailedPoll(job, failure, { operation, deps });
      });
      await deps.journal.settlePoll(task.step, result);
      onSettled(job);
    }),
  );
  return fatal;
}

async function pollOnce(
  job: OpenRemoteJob,
  operation: RemoteOperation,
  deps: TaskDependencies,
): Promise<PollResult> {
  const { item, token, startedAt } = job;
  let ageMs = 0;
  const answer = await deps.slot(() => {
    ageMs = jobAge(job, deps);
    return operation.poll({ item, token, startedAt, ageMs }, deps.stopSignal);
  });
  deps.outage.pollAnswered();
  if (answer.kind === 'running') return stillRunning(job, answer, { operation, deps });
  // The answer to the poll showed that our clock was ahead. So the job may be younger than it seemed, and
  // ucbulk polls it again.
  const wasAhead = deps.isClockUntrusted() || jobAge(job, deps) < ageMs;
  const isNoEnd = answer.kind === 'failed' || answer.kind === 'in-doubt';
  if (wasAhead && isNoEnd) return stillRunning(job, { kind: 'running' }, { operation, deps });
  if (answer.kind === 'in-doubt') {
    return { item, to: 'in-doubt', note: { code: answer.code, message: answer.message } };
  }
  const { endedAt, ...outcome } = answer;
  const end = Math.min(jobAge(job, deps), (endedAt ?? Number.POSITIVE_INFINITY) - startedAt);
  deps.durations.ended(operation.job, lastSeenRunning(job), end);
  return { item, to: 'outcome', outcome };
}

function stillRunning(
  job: OpenRemoteJob,
  { token }: Extract<PollAnswer, { kind: 'running' }>,
  { operation, deps }: { operation: RemoteOperation; deps: TaskDependencies },
): PollResult {
  const { item } = job;
  const ageMs = jobAge(job, deps);
  deps.durations.ran(operation.job, lastSeenRunning(job), ageMs);
  if (ageMs >= ENDLESS_MS && !deps.isClockUntrusted()) {
    const message = 'The remote job has run for a day; ucbulk no longer waits for it';
    return { item, to: 'in-doubt', note: { code: 'endless', message } };
  }
  const now = deps.serverNow();
  const notBefore = now + deps.durations.pollDelay(operation.job, ageMs);
  return { item, to: 'waiting', notBefore, runningAt: now, ...present({ token }) };
}

/** The result of a failed poll. The failure shows nothing about the job, so ucbulk polls it again. */
function afterFailedPoll(
  job: OpenRemoteJob,
  failure: ClassifiedError,
  { operation, deps }: { operation: RemoteOperation; deps: TaskDependencies },
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
