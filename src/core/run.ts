import type { Brand } from './brand.ts';

/** The id of a run: sorts by start time, and is safe in a file name. */
export type RunId = Brand<string, 'RunId'>;

/**
 * - `active`: a process works on it, or died
 * - `interrupted`: stopped, died, or only in-doubt items are left; can be resumed
 * - `aborted`: fatal failure, guard or budget; fix the cause, then resume
 * - `declined`: somebody answered no to the question about deletes and payments; final
 * - `finished`: every item has an outcome; some may have failed
 */
export type RunState = 'active' | 'interrupted' | 'aborted' | 'declined' | 'finished';

/** True if a run of this state can be resumed. */
export function isUnfinished(state: RunState): boolean {
  return state !== 'finished' && state !== 'declined';
}

const RUN_ID = /^[0-9a-z][0-9a-z-]{0,63}$/;

/** Parses a run id as the user gives it; throws on anything that is not one. */
export function parseRunId(text: string): RunId {
  if (!RUN_ID.test(text)) throw new Error(`Not a run id: \`${text.slice(0, 80)}\``);
  return text as RunId;
}
