import { existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseRunId, type RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { Files } from '../core/world.ts';
import { checkSqlite } from '../ledger/open-database.ts';
import type { StatePaths } from './state-paths.ts';

/** Finds a run by its id; null means the newest run. If there is none, throws a `not-found` error. */
export async function findRun(
  paths: StatePaths,
  files: Files,
  wanted: RunId | null,
): Promise<RunId> {
  await checkStateFolders(paths, files);
  if (wanted !== null) {
    if (await files.exists(paths.ledger(wanted))) return wanted;
    throw new UserError(
      'not-found',
      `There is no run ${wanted} in ${dirname(paths.catalog)}. \`ucbulk runs\` lists them.`,
    );
  }
  const [newest] = await listRunIds(paths, files);
  if (newest !== undefined) return newest;
  throw new UserError(
    'not-found',
    'There is no run here. `ucbulk runs` lists the runs; `ucbulk run JOB` starts one.',
  );
}

/** Throws if the state directory, or its folder of ledgers, exists but is not a folder. */
export async function checkStateFolders(
  { catalog, runs }: StatePaths,
  files: Files,
): Promise<void> {
  for (const path of [dirname(catalog), runs]) {
    if (!(await files.exists(path))) return;
    const { kind } = await files.factsOf(path, 'follow');
    if (kind === 'folder') continue;
    throw new UserError(
      'configuration',
      `${path} is not a folder, so no run can be found or stored there. Nothing was done. Remove it, or choose another state directory with --state DIR or UCBULK_STATE.`,
    );
  }
}

/**
 * Lists all runs of the state directory, newest first. There is no other list of runs than the ledger files
 * themselves. Run ids sort by start time.
 */
export async function listRunIds(paths: StatePaths, files: Files): Promise<RunId[]> {
  checkSqlite();
  return findRunsWithFile('.db', paths, files);
}

/** Lists the runs that have a file with this ending in the folder of ledgers, newest first. */
export async function findRunsWithFile(
  ending: string,
  paths: StatePaths,
  files: Files,
): Promise<RunId[]> {
  await checkStateFolders(paths, files);
  if (!(await files.exists(paths.runs))) return [];
  const entries = await files.listFolder(paths.runs);
  const runs = entries.flatMap(({ name }) => parseFileName(name, ending) ?? []);
  return runs.sort((a, b) => (a < b ? 1 : -1));
}

/** Like `listRunIds`, but synchronous, because `runExclusively` accepts only synchronous work. */
export function listRunIdsSync(paths: StatePaths): RunId[] {
  // A state directory without this folder has no runs.
  const names = existsSync(paths.runs) ? readdirSync(paths.runs) : [];
  const runs = names.flatMap((name) => parseFileName(name, '.db') ?? []);
  return runs.sort((a, b) => (a < b ? 1 : -1));
}

/** Parses the run id from a file name; null if the name is not an id followed by the ending. */
function parseFileName(name: string, ending: string): RunId | null {
  try {
    return name.endsWith(ending) ? parseRunId(name.slice(0, -ending.length)) : null;
  } catch {
    return null;
  }
}
