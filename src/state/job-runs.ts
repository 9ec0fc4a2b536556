import { ClassifiedError } from '../core/failure.ts';
import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { World } from '../core/world.ts';
import type { Job } from '../job/job-schema.ts';
import { withReader } from '../ledger/with-reader.ts';
import { listRunIds } from './find-run.ts';
import { readRun } from './read-runs.ts';
import type { RunStatus } from './run-status.ts';
import { statePaths } from './state-paths.ts';
import { storedJob } from './stored-job.ts';

/** Reads the job of a run from its ledger. */
export function readJob(stateDirectory: string, run: RunId): Job {
  return withReader(statePaths(stateDirectory).ledger(run), (reader) => {
    return storedJob(reader.begun());
  });
}

/** Reads the newest run of the same job that began before this run; null if there is none. */
export async function readRunBefore(
  stateDirectory: string,
  { run, jobName }: Pick<RunStatus, 'run' | 'jobName'>,
  world: World,
): Promise<RunStatus | null> {
  const runs = await listRunIds(statePaths(stateDirectory), world.files);
  for (const earlier of runs.filter((id) => id < run)) {
    try {
      const status = await readRun(stateDirectory, earlier, world);
      if (status.jobName === jobName) return status;
    } catch (error) {
      // Nobody knows the job of a ledger that can't be read.
      if (!(error instanceof UserError) && !(error instanceof ClassifiedError)) throw error;
    }
  }
  return null;
}
