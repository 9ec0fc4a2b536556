import { ClassifiedError } from '../core/failure.ts';
import { isUnfinished, type RunId, type RunState, stateWithoutProcess } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { Files } from '../core/world.ts';
import { withReader } from '../ledger/with-reader.ts';
import { listRunIds } from './find-run.ts';
import { isRunHeld } from './run-locks.ts';
import type { StatePaths } from './state-paths.ts';

/** The main facts of a run. */
export interface RunFacts {
  readonly run: RunId;
  readonly jobName: string;
  readonly publicKey: string;
  readonly state: RunState;
  /** Server time of the start, ms. */
  readonly createdAt: number;
}

/** Identifies the job of a run. */
export type JobIdentity = Pick<RunFacts, 'jobName' | 'publicKey'>;

/** Called for each run whose ledger can't be read, and which is therefore left out. */
export type UnreadableListener = (run: RunId, error: unknown) => void;

/**
 * Finds the runs that can be resumed (neither finished nor declined), newest first. Runs whose ledgers can't
 * be read are left out. But if no other run is left and one of these ledgers is locked, throws an error,
 * because the user may mean the run of that ledger.
 */
export async function findUnfinishedRuns(
  paths: StatePaths,
  files: Files,
  onUnreadable: UnreadableListener,
): Promise<RunFacts[]> {
  let locked: ClassifiedError | null = null;
  const found: RunFacts[] = [];
  for (const run of await listRunIds(paths, files)) {
    try {
      const record = readRunFacts(paths, run);
      if (isUnfinished(record.state)) found.push(record);
    } catch (error) {
      if (error instanceof ClassifiedError) locked ??= error;
      onUnreadable(run, error);
    }
  }
  if (found.length === 0 && locked !== null) throw locked;
  return found;
}

/** Finds the unfinished ones among these runs, in order. Leaves out runs whose ledgers can't be read. */
export function* findUnfinishedIn(paths: StatePaths, runs: readonly RunId[]): Generator<RunFacts> {
  for (const run of runs) {
    const facts = readIfPossible(paths, run);
    if (facts !== null && isUnfinished(facts.state)) yield facts;
  }
}

function readIfPossible(paths: StatePaths, run: RunId): RunFacts | null {
  try {
    return readRunFacts(paths, run);
  } catch (error) {
    if (error instanceof UserError || error instanceof ClassifiedError) return null;
    throw error;
  }
}

/** Finds the newest unfinished run of a job. If there is none, throws a `not-found` error. */
export function findNewestRun(runs: readonly RunFacts[], job: JobIdentity): RunId {
  const newest = runs.find(
    ({ jobName, publicKey }) => jobName === job.jobName && publicKey === job.publicKey,
  );
  if (newest !== undefined) return newest.run;
  throw new UserError(
    'not-found',
    `There is no unfinished run of the job ${job.jobName} in project ${job.publicKey}. Nothing was sent. \`ucbulk runs\` lists the runs; \`ucbulk run JOB\` starts a new one.`,
  );
}

/** Returns the only unfinished run. If there is none, or more than one, throws a `UserError`. */
export function onlyRun(runs: readonly RunFacts[]): RunId {
  const [only, ...others] = runs;
  if (only === undefined) {
    throw new UserError(
      'not-found',
      'There is no unfinished run to resume here. `ucbulk runs` lists the runs; `ucbulk run JOB` starts one.',
    );
  }
  if (others.length === 0) return only.run;
  throw severalRuns(runs.map((run) => `ucbulk resume ${run.run}  # ${describeRun(run)}`));
}

/** The error for a resume that must choose one of several runs. `commands` has one line for each run. */
export function severalRuns(commands: readonly string[]): UserError {
  const lines = commands.map((command) => `  ${command}`).join('\n');
  return new UserError(
    'usage',
    `There are ${commands.length} unfinished runs. Nothing was sent. Name the run to resume:\n${lines}`,
  );
}

/** Describes a run in a list, for example `nightly-cleanup in demopublickey, interrupted, started …`. */
export function describeRun({ jobName, publicKey, state, createdAt }: RunFacts): string {
  return `${jobName} in ${publicKey}, ${state}, started ${new Date(createdAt).toISOString()}`;
}

/** Reads the facts of a run from its ledger, also of a run that is finished. */
export function readRunFacts(paths: StatePaths, run: RunId): RunFacts {
  return withReader(paths.ledger(run), (reader) => {
    const { jobName, publicKey, state: stored, createdAt } = reader.begun();
    const state = isRunHeld(paths, run) ? stored : stateWithoutProcess(stored);
    return { run, jobName, publicKey, state, createdAt };
  });
}
