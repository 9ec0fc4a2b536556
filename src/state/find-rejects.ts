import { existsSync } from 'node:fs';
import type { RunId } from '../core/run.ts';
import type { StatePaths } from './state-paths.ts';

/** The path of the file with the bad rows of a run's list; null if there is none. */
export function findRejects(paths: StatePaths, run: RunId): string | null {
  const path = paths.rejects(run);
  return existsSync(path) ? path : null;
}
