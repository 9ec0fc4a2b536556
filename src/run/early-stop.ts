import { ClassifiedError } from '../core/failure.ts';
import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { Clock } from '../core/world.ts';
import type { RunStop, StopReason } from '../engine/run-stop.ts';
import type { Job } from '../job/job-schema.ts';
import { windowClosed } from './run-window.ts';

/** The start of a run, which may stop itself before it begins. */
export interface RunStart {
  readonly job: Pick<Job, 'window'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly runStop: Pick<RunStop, 'reason'>;
  /** The run to resume; null for a new run. */
  readonly resumed: RunId | null;
  /** False if the start can't be repeated, because the run has read its list from standard input. */
  readonly isRepeatable: boolean;
}

/**
 * Waits for the first requests of a run. If the run stopped itself before it began, throws a `UserError` that says
 * why. Without this, the canceled request would look like a stop by the user.
 */
export async function explainEarlyStop<Result>(
  start: RunStart,
  work: Promise<Result>,
): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof ClassifiedError) || error.kind !== 'canceled') throw error;
    checkStillOpen(start);
    const { reason } = start.runStop;
    if (reason?.kind !== 'budget') throw error;
    throw budgetSpent(reason);
  }
}

function budgetSpent({ message, mustBeRaised }: StopReason & { kind: 'budget' }): UserError {
  const advice = ' The run needs more requests to begin. Raise the limit in the job file.';
  return new UserError('budget-spent', mustBeRaised ? message : `${message}${advice}`);
}

/** Throws a `UserError` if the window of the job closed before the run began. */
export function checkStillOpen({ job, clock, runStop, resumed, isRepeatable }: RunStart): void {
  if (runStop.reason?.kind !== 'window') return;
  const closed = windowClosed(job, clock, resumed);
  throw isRepeatable ? closed : new UserError('outside-window', closed.message);
}
