import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { Files } from '../core/world.ts';
import { Catalog } from '../ledger/catalog.ts';
import { LedgerReader } from '../ledger/ledger-reader.ts';
import type { StatePaths } from './state-paths.ts';

/** Which run is meant: by id, or the newest (that is not finished). */
export interface WantedRun {
  readonly wanted: RunId | null;
  readonly unfinishedOnly: boolean;
}

/** The run that the user means; says what there is where it is not there. */
export async function findRun(
  paths: StatePaths,
  files: Files,
  { wanted, unfinishedOnly }: WantedRun,
): Promise<RunId> {
  if (wanted !== null) {
    if (await files.exists(paths.ledger(wanted))) return wanted;
    throw new UserError(
      'not-found',
      `There is no run ${wanted} in ${paths.catalog}'s folder. \`ucbulk runs\` lists them.`,
    );
  }
  for (const run of await listedRuns(paths, files)) {
    if (!(await files.exists(paths.ledger(run)))) continue;
    if (!unfinishedOnly || !isFinished(paths, run)) return run;
  }
  const what = unfinishedOnly ? 'unfinished run to resume' : 'run';
  throw new UserError(
    'not-found',
    `There is no ${what} here. \`ucbulk runs\` lists what there is, \`ucbulk run JOB\` starts one.`,
  );
}

/** All runs of the state directory, newest first. */
export async function listedRuns(paths: StatePaths, files: Files): Promise<RunId[]> {
  if (!(await files.exists(paths.catalog))) return [];
  const catalog = Catalog.open(paths.catalog);
  try {
    return catalog.runs().map(({ runId }) => runId);
  } finally {
    catalog.close();
  }
}

function isFinished(paths: StatePaths, run: RunId): boolean {
  const reader = LedgerReader.open(paths.ledger(run));
  try {
    return reader.run.find()?.state === 'finished';
  } finally {
    reader.close();
  }
}
