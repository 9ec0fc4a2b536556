import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseRunId, type RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { Files } from '../core/world.ts';
import { checkSqlite } from '../ledger/open-database.ts';
import type { StatePaths } from './state-paths.ts';

/** The run of an id, or the newest one for null; throws a `not-found` error if it does not exist. */
export async function findRun(
  paths: StatePaths,
  files: Files,
  wanted: RunId | null,
): Promise<RunId> {
  if (wanted !== null) {
    if (await files.exists(paths.ledger(wanted))) return wanted;
    throw new UserError(
      'not-found',
      `There is no run ${wanted} in ${dirname(paths.catalog)}. \`ucbulk runs\` lists them.`,
    );
  }
  const [newest] = await listedRuns(paths, files);
  if (newest !== undefined) return newest;
  throw new UserError(
    'not-found',
    'There is no run here. `ucbulk runs` lists what there is, `ucbulk run JOB` starts one.',
  );
}

/** All runs of the state directory, newest first: the ledgers are the list, and ids sort by time. */
export async function listedRuns(paths: StatePaths, files: Files): Promise<RunId[]> {
  checkSqlite();
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

/** `listedRuns`, without letting anything else happen meanwhile: for a turn (`runExclusively`). */
export function listedRunsNow(paths: StatePaths): RunId[] {
  const runs = readdirSync(paths.runs).flatMap((name) => runOf(name, '.db') ?? []);
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
