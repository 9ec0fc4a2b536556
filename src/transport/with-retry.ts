import { type ClassifiedError, toFailure } from '../core/failure.ts';
import { WaitReporter } from '../core/wait.ts';
import type { Clock, Random } from '../core/world.ts';
import { retryAfterText } from './retry-after.ts';
import { decideRetry, NO_HISTORY } from './retry-policy.ts';
import { type ApiRequest, prepareTry, type Send, type SendTry } from './send.ts';
import type { TransportLimits } from './transport-limits.ts';
import type { TransportListener } from './with-gate.ts';
import type { RequestLog } from './with-logging.ts';

interface RetryDependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: TransportLimits;
  readonly log: RequestLog;
  readonly onEvent: TransportListener;
  /** Aborts when no new request may be sent. A request that waits for a retry then fails at once. */
  readonly stopSignal?: AbortSignal | undefined;
}

/** Retries requests. Each try waits at the gate again, behind the requests that came before it. */
export function withRetry(deps: RetryDependencies): (next: SendTry) => Send {
  const waits = new RetryWaits(deps.clock, deps.onEvent);
  return (next) => (request) => sendUntilDecided(next, request, { ...deps, waits });
}

async function sendUntilDecided(
  next: SendTry,
  request: ApiRequest,
  deps: RetryDependencies & { readonly waits: RetryWaits },
) {
  const { clock, random, limits, log, waits } = deps;
  const attempt = prepareTry(request);
  let history = NO_HISTORY;
  for (let tryNumber = 1; ; tryNumber += 1) {
    try {
      return await next(attempt);
    } catch (error) {
      const failure = toFailure(error);
      const moment = { mutates: request.mutates, now: clock.monotonic(), random, limits };
      const decision = decideRetry(failure, history, moment);
      if (decision.kind === 'give-up') throw decision.failure;
      history = decision.history;
      const { method, target } = request;
      const { status, requestId, code, message } = failure;
      const ms = Math.round(decision.delayMs);
      log({ kind: 'retry', method, target, ms, status, requestId, tryNumber, code, message });
      if (decision.delayMs > 0)
        await untilAnyAborts([request.signal, deps.stopSignal], (signal) =>
          waits.sleep(decision.delayMs, failure, signal),
        );
    }
  }
}

/**
 * Calls `wait` with a signal that aborts when one of the given signals aborts. `AbortSignal.any` can't be
 * used, because each call leaves a little memory at signals that exist as long as the run.
 */
async function untilAnyAborts(
  signals: readonly (AbortSignal | undefined)[],
  wait: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const any = new AbortController();
  const abort = () => any.abort();
  if (signals.some((signal) => signal?.aborted)) abort();
  for (const signal of signals) signal?.addEventListener('abort', abort);
  try {
    await wait(any.signal);
  } finally {
    for (const signal of signals) signal?.removeEventListener('abort', abort);
  }
}

/** Sleeps between tries. If several requests sleep at the same time, reports one wait for all of them. */
class RetryWaits {
  readonly #clock: Clock;
  readonly #reporter: WaitReporter;
  #sleeping = 0;
  /** Time of the monotonic clock at which the last sleeping request continues, ms. */
  #lastWake = 0;

  constructor(clock: Clock, onEvent: TransportListener) {
    this.#clock = clock;
    this.#reporter = new WaitReporter('retry', clock, onEvent);
  }

  /** Sleeps for `ms` after a failure; rejects as soon as the signal aborts. */
  async sleep(ms: number, failure: ClassifiedError, signal: AbortSignal): Promise<void> {
    const now = this.#clock.monotonic();
    this.#sleeping += 1;
    this.#lastWake = Math.max(this.#lastWake, now + ms);
    this.#reporter.begin(this.#lastWake - now, { kind: 'retry', reason: retryReason(failure) });
    try {
      await this.#clock.sleep(ms, signal);
    } finally {
      this.#sleeping -= 1;
      if (this.#sleeping === 0) this.#reporter.end();
    }
  }
}

function retryReason(failure: ClassifiedError): string {
  const { status, code } = failure;
  const asked = retryAfterText(failure);
  const what = status === undefined ? `${code}${unreachable(failure.cause)}` : `HTTP ${status}`;
  return `waiting to retry after ${what}${asked === null ? '' : ` (${asked})`}`;
}

/** The host that the network did not find, as the end of a phrase. A wrong address in a job shows itself there. */
function unreachable(cause: unknown): string {
  if (!(cause instanceof Error)) return '';
  if ('hostname' in cause && typeof cause.hostname === 'string') return ` (${cause.hostname})`;
  return unreachable(cause.cause);
}
