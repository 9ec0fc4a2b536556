import type { Connection } from '../core/connection.ts';
import { errorMessage } from '../core/error-message.ts';
import type { RunId } from '../core/run.ts';
import type { Job } from '../job/job-schema.ts';
import { findRun } from '../state/find-run.ts';
import { statePaths } from '../state/state-paths.ts';
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
  job: JobIdentity | null,
): Promise<RunId> {
  const { files } = context.world;
  if (wanted !== null) return findRun(statePaths(context.stateDirectory), files, wanted);
  const runs = await unfinishedRuns(context);
  return job === null ? onlyRun(runs) : findNewestRun(runs, job);
}

/** The identity of a job: its name and project. Two runs with equal identities are runs of the same job. */
export function jobIdentity({ name }: Job, { publicKey }: Connection): JobIdentity {
  return { jobName: name, publicKey };
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
