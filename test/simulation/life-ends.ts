import { UserError } from '../../src/core/user-error.ts';
import type { RunEnd } from '../../src/run/run-request.ts';

/** True if a process could not start and reported the reason. A bug does not count. */
export function turnedAway(error: unknown): Error {
  const isExpected =
    error instanceof UserError ||
    (error instanceof Error &&
      (error.name === 'ClassifiedError' || / simulated$/.test(error.message)));
  if (isExpected) return error;
  throw error;
}

/** An item in doubt has ended: only a person can decide it. The same holds for a remote job that never ends. */
export function isOver(end: RunEnd): boolean {
  const { state, counts } = end;
  const open = counts.pending + counts.running + counts.waiting;
  return state === 'finished' || (open === 0 && counts['in-doubt'] > 0) || isStoppedAsBusy(end);
}

/** For an hour the service reported that other operations lock all remaining items. */
export function isStoppedAsBusy({ stop }: RunEnd): boolean {
  return stop?.kind === 'fatal' && stop.failure.code === 'busy';
}

/** The clocks of the service and the machine differed too much for a delete. */
export function isStoppedByClocks({ stop }: RunEnd): boolean {
  return stop?.kind === 'fatal' && stop.failure.code === 'clocks_differ';
}
