import { jobFingerprint } from '../job/job-fingerprint.ts';
import type { Job } from '../job/job-schema.ts';
import { listRunIds } from '../state/find-run.ts';
import { isRunHeld } from '../state/run-locks.ts';
import { statePaths } from '../state/state-paths.ts';
import { findUnfinishedIn, type RunFacts } from '../state/unfinished-runs.ts';
import { isRunWaiting } from '../state/waiting-lock.ts';
import { resolveProjects, withPublicKeys, withStoredKeys } from './job-projects.ts';
import type { RunContext } from './run-request.ts';
import { jobIdentity, readStoredJob } from './run-to-resume.ts';

/** An unfinished run of the job that the user wants to run. No process works on it or waits for it. */
export interface EarlierUnfinished extends RunFacts {
  /** True if the run can be resumed with this job: nothing else than its guards and limits has changed. */
  readonly isSameJob: boolean;
}

type Place = Pick<RunContext, 'stateDirectory' | 'world' | 'connection' | 'env'>;

/** Number of the newest runs among which the unfinished run is searched. */
const MAX_RUNS = 200;

/**
 * Finds the newest unfinished run of a job, on which no process works. Returns null if there is none. Ignores
 * ledgers that can't be read: a new run must not fail because of them.
 */
export async function findEarlierUnfinished(
  job: Job,
  place: Place,
): Promise<EarlierUnfinished | null> {
  const paths = statePaths(place.stateDirectory);
  const runs = (await listRunIds(paths, place.world.files)).slice(0, MAX_RUNS);
  const { jobName, publicKey } = jobIdentity(job, place.connection);
  for (const facts of findUnfinishedIn(paths, runs)) {
    if (facts.jobName !== jobName || facts.publicKey !== publicKey) continue;
    if (isRunHeld(paths, facts.run) || isRunWaiting(paths, facts.run)) continue;
    const stored = readStoredJob(paths.ledger(facts.run));
    if (stored !== null) return { ...facts, isSameJob: isSameJob(stored, job, place) };
  }
  return null;
}

/** True if the stored job of a run differs from this job only in parts that may change before a resume. */
function isSameJob(stored: Job, job: Job, place: Place): boolean {
  const projects = resolveProjects(withStoredKeys(job, stored), place);
  const wanted = withPublicKeys(job, projects);
  return (
    wanted.limits.items === stored.limits.items && jobFingerprint(wanted) === jobFingerprint(stored)
  );
}
