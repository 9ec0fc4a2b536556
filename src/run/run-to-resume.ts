import type { Connection } from '../core/connection.ts';
import { errorMessage } from '../core/error-message.ts';
import { ClassifiedError } from '../core/failure.ts';
import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import { describeJobChange } from '../job/job-fingerprint.ts';
import { withPartOf } from '../job/job-part.ts';
import type { Job } from '../job/job-schema.ts';
import { withReader } from '../ledger/with-reader.ts';
import { findRun } from '../state/find-run.ts';
import { statePaths } from '../state/state-paths.ts';
import { storedJob } from '../state/stored-job.ts';
import {
  findNewestRun,
  findUnfinishedRuns,
  type JobIdentity,
  onlyRun,
  type RunFacts,
} from '../state/unfinished-runs.ts';
import type { RunContext } from './run-request.ts';

/**
 * Finds the run that `resumeRun` would resume: the run `wanted`, or else the newest unfinished run of `job`. If
 * both are null, there must be only one unfinished run.
 */
export async function runToResume(
  wanted: RunId | null,
  context: Pick<RunContext, 'stateDirectory' | 'world' | 'log'>,
  job: WantedJob | null,
): Promise<RunId> {
  const { files } = context.world;
  if (wanted !== null) return findRun(statePaths(context.stateDirectory), files, wanted);
  const runs = await unfinishedRuns(context);
  if (job === null) return onlyRun(runs);
  const { stateDirectory } = context;
  const renamed = isKnown(runs, job) ? null : findRenamed(runs, job, stateDirectory);
  if (renamed !== null) throw renamedJob(renamed, job);
  return findNewestRun(runs, job);
}

/** A job of which the user wants to resume a run. */
interface WantedJob extends JobIdentity {
  readonly job: Job;
}

/** The identity of a job: its name and project. Two runs with equal identities are runs of the same job. */
export function jobIdentity(job: Job, { publicKey }: Connection): WantedJob {
  return { jobName: job.name, publicKey, job };
}

function isKnown(runs: readonly RunFacts[], { jobName, publicKey }: JobIdentity): boolean {
  return runs.some((run) => run.jobName === jobName && run.publicKey === publicKey);
}

/**
 * Finds an unfinished run whose job differs from this job only in its name. The user has probably renamed the
 * job since the run began. Null if there is none.
 */
function findRenamed(
  runs: readonly RunFacts[],
  { job, publicKey }: WantedJob,
  stateDirectory: string,
): RunFacts | null {
  const own = runs.filter((run) => run.publicKey === publicKey);
  const renamed = own.find(({ run }) => {
    const stored = readStoredJob(statePaths(stateDirectory).ledger(run));
    if (stored === null) return false;
    return describeJobChange({ ...stored, name: job.name }, withPartOf(job, stored)).length === 0;
  });
  return renamed ?? null;
}

function renamedJob({ run, jobName }: RunFacts, wanted: JobIdentity): UserError {
  return new UserError(
    'not-found',
    `There is no unfinished run of the job ${wanted.jobName} in project ${wanted.publicKey}. Run ${run} is unfinished, and its job differs only in its name: ${jobName}. Nothing was sent. If you renamed the job, continue this run with its own job: \`ucbulk resume ${run}\`. To use the job file, change its name back first.`,
  );
}

/** Reads the job of a run from its ledger; null if it can't be read. */
export function readStoredJob(ledger: string): Job | null {
  try {
    return readLedgerJob(ledger);
  } catch (error) {
    if (error instanceof UserError || error instanceof ClassifiedError) return null;
    throw error;
  }
}

function readLedgerJob(ledger: string): Job {
  return withReader(ledger, (reader) => {
    return storedJob(reader.begun());
  });
}

/** Finds the runs that can be resumed, newest first. Logs a warning for each unreadable ledger. */
export function unfinishedRuns({
  stateDirectory,
  world,
  log,
}: Pick<RunContext, 'stateDirectory' | 'world' | 'log'>): Promise<RunFacts[]> {
  return findUnfinishedRuns(statePaths(stateDirectory), world.files, (run, error) =>
    log('warn', { run }, formatPassedOver(error)),
  );
}

function formatPassedOver(error: unknown): string {
  return `Skipped a run, because its ledger can't be read: ${errorMessage(error)}`;
}
