import { dirname } from 'node:path';
import { isUnfinished, type RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { Files } from '../core/world.ts';
import { listRunIds } from './find-run.ts';
import type { StatePaths } from './state-paths.ts';
import { describeRun, type RunFacts, readRunFacts } from './unfinished-runs.ts';
import { isRunWaiting } from './waiting-lock.ts';

/** The word that names the newest run. */
const LATEST = 'latest';
/** Maximum number of runs in an error message. */
const MAX_SHOWN = 10;

/**
 * Which run of a job its name means: the newest one, the unfinished one, or the one on which a process works. If
 * the job has no such run, the name means its newest run.
 */
export type NamedRun = 'newest' | 'unfinished' | 'active';

/**
 * Finds the run that a person named. A text can be, in this order: the id of a run, `latest` (the newest run),
 * the beginning of exactly one id, or the name of a job. If it is none of these, or if the job has several runs
 * that `wanted` allows, throws an error that lists runs and the text to type for each.
 */
export async function matchRun(
  paths: StatePaths,
  files: Files,
  text: string,
  wanted: NamedRun = 'newest',
): Promise<RunId> {
  const runs = await listRunIds(paths, files);
  const exact = runs.find((run) => run === text);
  if (exact !== undefined) return exact;
  // A shell passes an empty text for a variable that is not set. It is the beginning of every id.
  if (text.trim() === '') throw noRun('RUN is empty', runs, paths);
  if (text === LATEST) {
    const [newest] = runs;
    if (newest !== undefined) return newest;
    throw noRun('There is no run here', runs, paths);
  }
  const begun = runs.filter((run) => run.startsWith(text));
  const [only] = begun;
  if (begun.length === 1 && only !== undefined) return only;
  const facts = runs.map((run) => tryReading(paths, run));
  const named = facts.filter((run) => run?.jobName === text).filter((run) => run !== null);
  const newest = named[0];
  if (newest !== undefined) return chooseNamed(named, { newest, wanted, paths });
  const shown = `\`${text.slice(0, 80)}\``;
  if (begun.length > 1)
    throw ambiguous(`${shown} is the beginning of ${begun.length} run ids`, begun, paths);
  throw noRun(
    `${shown} is neither the id of a run, nor its beginning, nor the name of a job in ${dirname(paths.catalog)}`,
    runs,
    paths,
  );
}

function chooseNamed(
  runs: readonly RunFacts[],
  {
    newest,
    wanted,
    paths,
  }: { readonly newest: RunFacts; readonly wanted: NamedRun; readonly paths: StatePaths },
): RunId {
  if (wanted === 'newest') return newest.run;
  const isWanted = ({ run, state }: RunFacts) =>
    wanted === 'active' ? state === 'active' || isRunWaiting(paths, run) : isUnfinished(state);
  const candidates = runs.filter(isWanted);
  if (candidates.length < 2) return (candidates[0] ?? newest).run;
  const kind = wanted === 'active' ? 'on which processes work' : 'that are unfinished';
  throw ambiguous(
    `The job \`${newest.jobName}\` has ${candidates.length} runs ${kind}`,
    candidates.map(({ run }) => run),
    paths,
  );
}

function noRun(what: string, runs: readonly RunId[], paths: StatePaths): UserError {
  if (runs.length === 0) {
    return new UserError(
      'not-found',
      `${what}. Nothing was done. There are no runs in ${dirname(paths.catalog)}; \`ucbulk run JOB\` starts one.`,
    );
  }
  return new UserError('not-found', `${what}. Nothing was done. ${listed(runs, paths)}`);
}

function ambiguous(what: string, runs: readonly RunId[], paths: StatePaths): UserError {
  return new UserError('usage', `${what}. Nothing was done. ${listed(runs, paths)}`);
}

/** Lists the newest of the runs, one per line, each beginning with the text to type. */
function listed(runs: readonly RunId[], paths: StatePaths): string {
  const lines = runs.slice(0, MAX_SHOWN).map((run) => {
    const facts = tryReading(paths, run);
    return `  ${run}  # ${facts === null ? 'its ledger is unreadable' : describeRun(facts)}`;
  });
  const more =
    runs.length > MAX_SHOWN ? `\n${runs.length - MAX_SHOWN} older ones: \`ucbulk runs\`.` : '';
  return `Type one of these ids, or more of its beginning:\n${lines.join('\n')}${more}`;
}

/** The facts of a run; null if its ledger can't be read. */
function tryReading(paths: StatePaths, run: RunId): RunFacts | null {
  try {
    return readRunFacts(paths, run);
  } catch {
    return null;
  }
}
