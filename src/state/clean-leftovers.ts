import { join } from 'node:path';
import { parseRunId, type RunId } from '../core/run.ts';
import type { Files, World } from '../core/world.ts';
import { takeLock } from '../ledger/process-lock.ts';
import { checkStateFolders } from './find-run.ts';
import { RUN_FILE_ENDINGS, type StatePaths, statePaths } from './state-paths.ts';

/** Files of runs that have no ledger. */
export interface Leftovers {
  readonly files: number;
  readonly bytes: number;
}

/** The name of a file that a run without a ledger may have left. */
const LEFTOVER = new RegExp(
  `^([0-9a-z][0-9a-z-]{0,63})(${RUN_FILE_ENDINGS.slice(1)
    .map((ending) => ending.replaceAll('.', '\\.'))
    .join('|')})$`,
);
/** Minimum age of the files to remove, ms. A run that is just starting has files but no ledger yet. */
const MIN_AGE_MS = 86_400_000;

/**
 * Removes the files of runs that have no ledger any more, if they are older than a day. A `clean` that was killed
 * leaves such files, and so does a run that was killed before it began. With `isDryRun`, only counts them.
 */
export async function cleanLeftovers(
  stateDirectory: string,
  { world, isDryRun }: { readonly world: World; readonly isDryRun: boolean },
): Promise<Leftovers> {
  const { files, clock } = world;
  const paths = statePaths(stateDirectory);
  await checkStateFolders(paths, files);
  let count = 0;
  let bytes = 0;
  for (const [run, names] of await findLeftovers(paths, files)) {
    const facts = await Promise.all(names.map((name) => files.factsOf(name, 'keep')));
    if (facts.some(({ modifiedAt }) => clock.now() - modifiedAt < MIN_AGE_MS)) continue;
    if (!isDryRun && !(await removeAll(run, names, { paths, files }))) continue;
    count += names.length;
    bytes += facts.reduce((sum, { size }) => sum + size, 0);
  }
  return { files: count, bytes };
}

async function findLeftovers(paths: StatePaths, files: Files): Promise<Map<RunId, string[]>> {
  const found = new Map<RunId, string[]>();
  if (!(await files.exists(paths.runs))) return found;
  for (const { name, kind } of await files.listFolder(paths.runs)) {
    const [, id] = LEFTOVER.exec(name) ?? [];
    if (id === undefined || kind !== 'file') continue;
    const run = parseRunId(id);
    if (await hasLedger(run, { paths, files })) continue;
    found.set(run, [...(found.get(run) ?? []), join(paths.runs, name)]);
  }
  return found;
}

async function hasLedger(
  run: RunId,
  { paths, files }: { readonly paths: StatePaths; readonly files: Files },
): Promise<boolean> {
  const ledger = paths.ledger(run);
  return (await files.exists(ledger)) || files.exists(`${ledger}.new`);
}

/** Removes the files. Returns false if a process uses the run. */
async function removeAll(
  run: RunId,
  names: readonly string[],
  place: { readonly paths: StatePaths; readonly files: Files },
): Promise<boolean> {
  const lock = takeLock(place.paths.runLock(run), 'alone', 0);
  if (lock === null) return false;
  try {
    if (await hasLedger(run, place)) return false;
    for (const name of [...names, place.paths.runLock(run)]) await place.files.remove(name);
    return true;
  } finally {
    lock.release();
  }
}
