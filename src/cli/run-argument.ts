import type { RunId } from '../core/run.ts';
import { matchRun, type NamedRun } from '../state/match-run.ts';
import { statePaths } from '../state/state-paths.ts';
import type { Invocation } from './command.ts';

/** The help of an argument RUN. */
export const RUN_ARGUMENT = "Run: its id, the beginning of the id, `latest`, or its job's name";

/**
 * Finds the run that the user named on the command line. Returns null if the user named none. Throws a
 * `UserError` that lists runs if the text names no run, or more than one. `wanted` decides which run of a job its
 * name means.
 */
export async function findRunArgument<Text extends string | undefined>(
  text: Text,
  { stateDirectory, surroundings }: Pick<Invocation, 'stateDirectory' | 'surroundings'>,
  wanted?: NamedRun,
): Promise<RunId | (undefined extends Text ? null : never)> {
  if (text === undefined) return null as undefined extends Text ? null : never;
  return matchRun(statePaths(stateDirectory), surroundings.world.files, text, wanted);
}
