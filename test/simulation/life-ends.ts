import { UserError } from '../../src/core/user-error.ts';
import type { RunEnd } from '../../src/run/run-request.ts';

/** A process that could not even begin says so and ends; a bug is none of these. */
export function turnedAway(error: unknown): Error {
  const isExpected =
    error instanceof UserError ||
    (error instanceof Error &&
      (error.name === 'ClassifiedError' || / simulated$/.test(error.message)));
  if (isExpected) return error;
  throw error;
}

/** In doubt is an end too: only a person can say more. */
export function isOver({ state, counts }: RunEnd): boolean {
  const open = counts.pending + counts.running + counts.waiting;
  return state === 'finished' || (open === 0 && counts['in-doubt'] > 0);
}
