import { dirname } from 'node:path';
import { ClassifiedError } from '../core/failure.ts';
import { parseRunId, type RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { Files } from '../core/world.ts';
import { LedgerReader } from '../ledger/ledger-reader.ts';
import type { StatePaths } from './state-paths.ts';

/** Which run is meant: by id, or the newest (that is not finished). */
export interface WantedRun {
  readonly wanted: RunId | null;
  readonly unfinishedOnly: boolean;
  /** Told of each ledger that can't be read, and so was passed over. */
  readonly passedOver?: (run: RunId, error: unknown) => void;
}

/** The run that the user means; says what there is where it is not there. */
export async function findRun(
  paths: StatePaths,
  files: Files,
  { wanted, unfinishedOnly, passedOver }: WantedRun,
): Promise<RunId> {
  if (wanted !== null) {
    if (await files.exists(paths.ledger(wanted))) return wanted;
    throw new UserError(
      'not-found',
      `There is no run ${wanted} in ${dirname(paths.catalog)}. \`ucbulk runs\` lists them.`,
    );
  }
  let locked: ClassifiedError | null = null;
  const unread = (run: RunId, error: unknown): void => {
    if (error instanceof ClassifiedError) locked ??= error;
    passedOver?.(run, error);
  };
  for (const run of await listedRuns(paths, files)) {
    if (!unfinishedOnly || isUnfinished(paths, run, unread)) return run;
  }
  // It may be the one that is meant: nobody can tell before it is free.
  if (locked !== null) throw locked;
  const what = unfinishedOnly ? 'unfinished run to resume' : 'run';
  throw new UserError(
    'not-found',
    `There is no ${what} here. \`ucbulk runs\` lists what there is, \`ucbulk run JOB\` starts one.`,
  );
}

/** All runs of the state directory, newest first: the ledgers are the list, and ids sort by time. */
export function listedRuns(paths: StatePaths, files: Files): Promise<RunId[]> {
  return runsWithFile('.db', paths, files);
}

/** The runs that have a file beside the ledgers whose name ends so, newest first. */
export async function runsWithFile(
  ending: string,
  paths: StatePaths,
  files: Files,
): Promise<RunId[]> {
  if (!(await files.exists(paths.runs))) return [];
  const entries = await files.listFolder(paths.runs);
  const runs = entries.flatMap(({ name }) => runOf(name, ending) ?? []);
  return runs.sort((a, b) => (a < b ? 1 : -1));
}

/** The run whose file it is; null for any other file. */
function runOf(name: string, ending: string): RunId | null {
  try {
    return name.endsWith(ending) ? parseRunId(name.slice(0, -ending.length)) : null;
  } catch {
    return null;
  }
}

/** One ledger that can't be read is no reason not to go on with another. */
function isUnfinished(
  paths: StatePaths,
  run: RunId,
  unread: (run: RunId, error: unknown) => void,
): boolean {
  try {
    const reader = LedgerReader.open(paths.ledger(run));
    try {
      return reader.begun().state !== 'finished';
    } finally {
      reader.close();
    }
  } catch (error) {
    unread(run, error);
    return false;
  }
}
