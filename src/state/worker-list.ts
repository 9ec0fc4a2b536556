import type { WorkerActivity } from '../core/connected-worker.ts';
import type { RunId } from '../core/run.ts';
import type { Files } from '../core/world.ts';
import type { StatePaths } from './state-paths.ts';

/** A reader can find the file empty for a moment, while it is written. */
const TRIES = 2;

/** Writes the workers of a run for the processes that show the run; null removes the list. */
export async function writeWorkers(
  paths: StatePaths,
  run: RunId,
  workers: readonly WorkerActivity[] | null,
  files: Files,
): Promise<void> {
  if (workers === null) await files.remove(paths.workers(run));
  else await files.writeText(paths.workers(run), JSON.stringify(workers));
}

/** Reads the workers of a run; null if there is no list of them. */
export async function readWorkers(
  paths: StatePaths,
  run: RunId,
  files: Pick<Files, 'readText'>,
): Promise<readonly WorkerActivity[] | null> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const text = await files.readText(paths.workers(run)).catch(() => '');
    if (text !== '') return parseWorkers(text);
  }
  return null;
}

function parseWorkers(text: string): readonly WorkerActivity[] | null {
  try {
    const workers: unknown = JSON.parse(text);
    return Array.isArray(workers) ? (workers as readonly WorkerActivity[]) : null;
  } catch {
    return null;
  }
}
