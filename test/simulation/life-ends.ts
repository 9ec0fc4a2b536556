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

/** In doubt is an end too: only a person can say more. So is a job that the service never ends. */
export function isOver(end: RunEnd): boolean {
  const { state, counts } = end;
  const open = counts.pending + counts.running + counts.waiting;
  return state === 'finished' || (open === 0 && counts['in-doubt'] > 0) || isStoppedAsBusy(end);
}

/** For an hour the service said of all that was left that it is still at work on it. */
export function isStoppedAsBusy({ stop }: RunEnd): boolean {
  return stop?.kind === 'fatal' && stop.failure.code === 'busy';
}

/** The clocks of the service and of the machine were too far apart to delete by. */
export function isStoppedByClocks({ stop }: RunEnd): boolean {
  return stop?.kind === 'fatal' && stop.failure.code === 'clocks_differ';
}
