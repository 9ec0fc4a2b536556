import type { RunId } from '../core/run.ts';
import { matchRun } from '../state/match-run.ts';
import { statePaths } from '../state/state-paths.ts';
import type { Invocation } from './command.ts';

/** The help of an argument RUN. */
export const RUN_ARGUMENT = "Run: its id, the beginning of the id, `latest`, or its job's name";

/**
 * Finds the run that the user named on the command line. Returns null if the user named none. Throws a
 * `UserError` that lists runs if the text names no run, or more than one.
 */
export async function findRunArgument(
  text: string | undefined,
  { stateDirectory, surroundings }: Pick<Invocation, 'stateDirectory' | 'surroundings'>,
): Promise<RunId | null> {
  if (text === undefined) return null;
  return matchRun(statePaths(stateDirectory), surroundings.world.files, text);
}
