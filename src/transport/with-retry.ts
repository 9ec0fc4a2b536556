import { failureOf } from '../core/failure.ts';
import type { Clock, Random } from '../core/world.ts';
import { decideRetry, NO_HISTORY } from './retry-policy.ts';
import { type ApiRequest, prepareTry, type Send, type SendTry } from './send.ts';
import type { TransportLimits } from './transport-limits.ts';
import type { RequestLog } from './with-logging.ts';

interface RetryPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: TransportLimits;
  readonly log: RequestLog;
  /** Aborts when nothing new may leave: who waits to try again waits no longer. */
  readonly brake?: AbortSignal | undefined;
}

/** Every try goes down through the gate again: a retry never jumps the queue. */
export function withRetry(ports: RetryPorts): (next: SendTry) => Send {
  return (next) => (request) => sendUntilDecided(next, request, ports);
}

async function sendUntilDecided(next: SendTry, request: ApiRequest, ports: RetryPorts) {
  const { clock, random, limits, log } = ports;
  const attempt = prepareTry(request);
  let history = NO_HISTORY;
  for (let tryNumber = 1; ; tryNumber += 1) {
    try {
      return await next(attempt);
    } catch (error) {
      const failure = failureOf(error);
      const moment = { mutates: request.mutates, now: clock.monotonic(), random, limits };
      const decision = decideRetry(failure, history, moment);
      if (decision.kind === 'give-up') throw decision.failure;
      history = decision.history;
      const { method, target } = request;
      const { status, requestId, code, message } = failure;
      const ms = Math.round(decision.delayMs);
      log({ kind: 'retry', method, target, ms, status, requestId, tryNumber, code, message });
      if (decision.delayMs > 0) await clock.sleep(decision.delayMs, endOfWait(request, ports));
    }
  }
}

function endOfWait({ signal }: ApiRequest, { brake }: RetryPorts): AbortSignal {
  return brake === undefined ? signal : AbortSignal.any([signal, brake]);
}
