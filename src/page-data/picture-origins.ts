import type { World } from '../core/world.ts';
import { withReader } from '../ledger/with-reader.ts';
import { listRunIds } from '../state/find-run.ts';
import { statePaths } from '../state/state-paths.ts';
import { pictureOrigins } from './pictures.ts';

/** Number of runs whose origins are read. */
const MAX_RUNS = 50;

/** The origins that serve the pictures of the newest runs. A ledger that can't be read has none. */
export async function readPictureOrigins(
  stateDirectory: string,
  { files }: Pick<World, 'files'>,
): Promise<string[]> {
  const paths = statePaths(stateDirectory);
  const runs = await listRunIds(paths, files);
  const origins = runs.slice(0, MAX_RUNS).flatMap((run) => readOrigins(paths.ledger(run)));
  return [...new Set(origins)].sort();
}

function readOrigins(ledger: string): string[] {
  try {
    return withReader(ledger, (reader) => {
      return pictureOrigins(reader);
    });
  } catch {
    // The list of runs shows why the ledger can't be read.
    return [];
  }
}
