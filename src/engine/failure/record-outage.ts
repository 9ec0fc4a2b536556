import { ClassifiedError, WORKER_LOST } from '../../core/failure.ts';
import type { Task, TaskDependencies } from '../tasks/task.ts';

type Dependencies = Pick<TaskDependencies, 'stopRun' | 'outage'>;

/**
 * Counts a temporary failure of the service. If such failures last too long, stops the run, which can be
 * resumed later.
 */
export function recordOutage(
  { step, items }: Task,
  failure: ClassifiedError,
  deps: Dependencies,
): void {
  const [first] = items;
  if (failure.kind !== 'transient' || failure.code === WORKER_LOST || first === undefined) return;
  if (failure.code === 'concurrent') {
    noteBusy(failure, deps);
  } else {
    deps.outage.failed(step, first.seq, failure.retryAfterMs);
    stopIfHopeless(failure, deps);
  }
}

/** Counts a failed poll of a remote job. */
export function recordPollFailure(failure: ClassifiedError, deps: Dependencies): void {
  if (failure.kind !== 'transient') return;
  deps.outage.pollFailed();
  stopIfHopeless(failure, deps);
}

function stopIfHopeless(failure: ClassifiedError, deps: Dependencies): void {
  if (!deps.outage.isHopeless) return;
  deps.stopRun(
    serviceFailure(
      'outage',
      failure,
      `Every request has failed for five minutes; the last failure: ${failure.message}`,
    ),
  );
}

/**
 * Counts a refusal because another call is using the file. The service answered, so this is not an outage.
 */
function noteBusy(failure: ClassifiedError, { stopRun, outage }: Dependencies): void {
  outage.refusedAsBusy();
  if (!outage.isBusyForTooLong) return;
  stopRun(
    serviceFailure(
      'busy',
      failure,
      `For an hour the service has refused every request because other calls are using the files. Resume when they have ended. ${failure.message}`,
    ),
  );
}

function serviceFailure(code: string, cause: ClassifiedError, message: string): ClassifiedError {
  return new ClassifiedError({
    kind: 'fatal',
    effect: 'none',
    code,
    message,
    fatalCause: 'service',
    cause,
  });
}
