import { backoffDelay } from '../core/backoff.ts';
import { formatDuration } from '../core/duration.ts';
import { ClassifiedError } from '../core/failure.ts';
import { present } from '../core/present.ts';
import { type Random, WireError } from '../core/world.ts';
import { SHORT_PAUSE_MS } from './retry-after.ts';
import type { TransportLimits } from './transport-limits.ts';

const UNSENT_CAP_MS = 10_000; // short, because unsent tries are no load for the service

/** The failures of one request so far. */
export interface RetryHistory {
  /** Number of failures that count as tries. */
  readonly counted: number;
  /**
   * Number of consecutive tries that were not sent, and the monotonic time in ms when the first of them
   * failed.
   */
  readonly unsent: number;
  readonly unsentSince: number | null;
  /** Monotonic time in ms when the service first throttled the request. */
  readonly throttledSince: number | null;
  readonly clockCorrected: boolean;
}

/** The history before the first try. */
export const NO_HISTORY: RetryHistory = {
  counted: 0,
  unsent: 0,
  unsentSince: null,
  throttledSince: null,
  clockCorrected: false,
};

/** The inputs of a retry decision besides the failure. */
export interface RetryMoment {
  readonly mutates: boolean;
  /** Monotonic ms. */
  readonly now: number;
  readonly random: Random;
  readonly limits: TransportLimits;
}

/** Retry after a delay, or give up and throw the failure to the caller. */
export type RetryDecision =
  | { readonly kind: 'retry'; readonly delayMs: number; readonly history: RetryHistory }
  | { readonly kind: 'give-up'; readonly failure: ClassifiedError };

/**
 * Decides about a retry. The transport retries requests that certainly had no effect: any read, and a
 * mutation that was throttled or never sent. All other failures go to the engine, which decides by the
 * operation's doubt class.
 */
export function decideRetry(
  failure: ClassifiedError,
  history: RetryHistory,
  moment: RetryMoment,
): RetryDecision {
  if (failure.kind === 'throttled') return afterThrottled(failure, history, moment);
  if (failure.kind !== 'transient') return giveUp(failure);
  if (failure.code === 'clock_skew') return afterClockSkew(failure, history);
  if (isUnsent(failure)) return afterUnsent(failure, history, moment);
  if (moment.mutates) return giveUp(failure);
  return afterTransient(failure, history, moment);
}

/** True if certainly no byte reached the service. */
function isUnsent(failure: ClassifiedError): boolean {
  return failure.cause instanceof WireError && failure.cause.phase === 'unsent';
}

/** Retries after a short pause. After a longer one the gate holds back all requests, this one too. */
function afterThrottled(
  failure: ClassifiedError,
  history: RetryHistory,
  { now, limits }: RetryMoment,
): RetryDecision {
  const throttledSince = history.throttledSince ?? now;
  const pauseMs = failure.retryAfterMs ?? 0;
  if (now - throttledSince + pauseMs > limits.throttledMs) {
    return giveUp(throttledTooLong(failure, limits.throttledMs));
  }
  const delay = pauseMs <= SHORT_PAUSE_MS ? pauseMs : 0;
  return retry(delay, { ...history, unsent: 0, unsentSince: null, throttledSince });
}

function afterClockSkew(failure: ClassifiedError, history: RetryHistory): RetryDecision {
  if (!history.clockCorrected) return retry(0, { ...history, clockCorrected: true });
  return giveUp(failure.cause instanceof ClassifiedError ? failure.cause : failure);
}

function afterUnsent(
  failure: ClassifiedError,
  history: RetryHistory,
  { now, random, limits }: RetryMoment,
): RetryDecision {
  // ucbulk itself was too slow: the connection was ready. The gate already delays the next try.
  if (failure.code === 'guard_expired')
    return retry(0, { ...history, unsent: 0, unsentSince: null });
  const unsentSince = history.unsentSince ?? now;
  const awayMs = now - unsentSince;
  if (awayMs >= limits.unreachableMs) return giveUp(unreachable(failure, awayMs));
  const unsent = history.unsent + 1;
  return retry(backoffDelay(unsent, random, UNSENT_CAP_MS), { ...history, unsent, unsentSince });
}

function afterTransient(
  failure: ClassifiedError,
  history: RetryHistory,
  { random, limits }: RetryMoment,
): RetryDecision {
  const counted = history.counted + 1;
  if (counted >= limits.maxTries) return giveUp(failure);
  const delay = Math.max(backoffDelay(counted, random), failure.retryAfterMs ?? 0);
  return retry(delay, { ...history, counted, unsent: 0, unsentSince: null });
}

function throttledTooLong(failure: ClassifiedError, limitMs: number): ClassifiedError {
  const { code, message, status, requestId, retryAfterMs, askedWaitMs } = failure;
  return new ClassifiedError({
    kind: 'transient',
    effect: 'none',
    code,
    message: `${message}: more than the limit of ${formatDuration(limitMs)}, gave up. Nothing was changed; wait, then try again`,
    fatalCause: 'service',
    ...present({ status, requestId, retryAfterMs, askedWaitMs }),
    cause: failure,
  });
}

function unreachable(failure: ClassifiedError, awayMs: number): ClassifiedError {
  return new ClassifiedError({
    kind: 'transient',
    effect: 'none',
    code: failure.code,
    message: `${failure.message}; unreachable for ${formatDuration(awayMs)}, gave up`,
    fatalCause: 'service',
    cause: failure.cause,
  });
}

function retry(delayMs: number, history: RetryHistory): RetryDecision {
  return { kind: 'retry', delayMs, history };
}

function giveUp(failure: ClassifiedError): RetryDecision {
  return { kind: 'give-up', failure };
}
