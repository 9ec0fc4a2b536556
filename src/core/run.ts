import type { Brand } from './brand.ts';

/** The id of a run. Ids sort by start time and are safe in file names. */
export type RunId = Brand<string, 'RunId'>;

/**
 * The states of a run.
 * - `active`: a process works on the run, or was killed while it did so
 * - `interrupted`: the run stopped, its process died, or only items in doubt are left. It can be resumed
 * - `aborted`: a fatal failure, a guard or a budget stopped the run. Fix the cause, then resume it
 * - `declined`: somebody answered no to the question about deletes and payments. It can't be resumed
 * - `abandoned`: somebody ended the run for good with `ucbulk abandon`. It can't be resumed
 * - `finished`: every item has an outcome. Some items may have failed
 */
export type RunState = (typeof RUN_STATES)[number];

export const RUN_STATES = [
  'active',
  'interrupted',
  'aborted',
  'declined',
  'abandoned',
  'finished',
] as const;

/** True if a run of this state can be resumed. */
export function isUnfinished(state: RunState): boolean {
  return state !== 'finished' && state !== 'declined' && state !== 'abandoned';
}

/**
 * The state of a run on which no process works. A process that was killed could not record that its run was
 * interrupted.
 */
export function stateWithoutProcess(recorded: RunState): RunState {
  return recorded === 'active' ? 'interrupted' : recorded;
}

const RUN_ID = /^[0-9a-z][0-9a-z-]{0,63}$/;

/** Parses a run id that the user typed. Throws if the text is not a run id. */
export function parseRunId(text: string): RunId {
  if (!RUN_ID.test(text)) throw new Error(`Not a run id: \`${text.slice(0, 80)}\``);
  return text as RunId;
}
