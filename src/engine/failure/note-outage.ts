import { ClassifiedError } from '../../core/failure.ts';
import type { Task, TaskPorts } from '../tasks/task.ts';

type Ports = Pick<TaskPorts, 'brake' | 'outage'>;

/** Counts temporary failures of the service. If they do not end, the run stops and can be resumed. */
export function recordOutage({ step, items }: Task, failure: ClassifiedError, ports: Ports): void {
  const [first] = items;
  if (failure.kind !== 'transient' || first === undefined) return;
  if (failure.code === 'concurrent') {
    noteBusy(failure, ports);
  } else {
    ports.outage.failed(step, first.seq);
    stopIfHopeless(failure, ports);
  }
}

/** Counts a failed poll of a remote job. */
export function recordPollFailure(failure: ClassifiedError, ports: Ports): void {
  if (failure.kind !== 'transient') return;
  ports.outage.pollFailed();
  stopIfHopeless(failure, ports);
}

function stopIfHopeless(failure: ClassifiedError, ports: Ports): void {
  if (!ports.outage.isHopeless) return;
  ports.brake(
    serviceFailure(
      'outage',
      failure,
      `The service has answered nothing well for five minutes; the last failure: ${failure.message}`,
    ),
  );
}

/** A refusal because another call is using the file is an answer, not an outage. */
function noteBusy(failure: ClassifiedError, { brake, outage }: Ports): void {
  outage.refusedAsBusy();
  if (!outage.isBusyForTooLong) return;
  brake(
    serviceFailure(
      'busy',
      failure,
      `For an hour the service has only said that other calls are at work on the files; resume once they are through. ${failure.message}`,
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
