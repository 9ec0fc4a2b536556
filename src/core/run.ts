import type { Brand } from './brand.ts';

/** A run's name: sorts by start time, safe in a file name. */
export type RunId = Brand<string, 'RunId'>;

/**
 * - `active`: a process works on it, or died without a word
 * - `interrupted`: stopped, died, or only in-doubt items are left; resume goes on
 * - `aborted`: fatal failure, guard or budget; mend, then resume
 * - `declined`: somebody answered no to the question before deletes and payments; final
 * - `finished`: every item has an outcome, failed ones too
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
