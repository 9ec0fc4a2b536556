import { formatDuration } from '../core/duration.ts';
import { ClassifiedError, type FailureFacts } from '../core/failure.ts';
import type { WireResponse } from '../core/world.ts';
import { askedWaitMs, pauseAfter } from './retry-after.ts';
import { type ApiRequest, requestName } from './send.ts';

/** The meaning of an answer that is not a success. */
export type Verdict = Pick<FailureFacts, 'kind' | 'fatalCause'> & {
  /** The code of the failure. If it is absent, the code is made from the status. */
  readonly code?: string;
  /** True if the request may have changed something although it failed. */
  readonly mayHaveEffect?: true;
  readonly message: string;
};

/** The keys are invalid, so every later request would fail too. */
export const KEYS: Verdict = {
  kind: 'fatal',
  fatalCause: 'credentials',
  message: 'the service refused the keys; check the public and the secret key',
};

/** The account has no credits left, so every later request that costs credits would fail too. */
const CREDITS: Verdict = {
  kind: 'fatal',
  fatalCause: 'account',
  message:
    'the account is out of credits; top it up in the dashboard, then resume the run: no item was used up',
};

/** The answer comes from a different server, or from another version of the API. */
export const WRONG_API: Verdict = {
  kind: 'fatal',
  fatalCause: 'configuration',
  message: 'the service does not know this request; check the API base URL',
};

/** Nobody knows whether the request had its effect. */
export const LOST: Verdict = {
  kind: 'transient',
  mayHaveEffect: true,
  message: 'the service failed',
};

/** ucbulk never follows a redirect, because it would send the signature to another server. */
export const REDIRECT: Verdict = {
  ...LOST,
  message: 'a redirect, which ucbulk never follows; check the API base URL',
};

/** The service refused only this item. */
export const REFUSED: Verdict = { kind: 'permanent', message: 'refused' };

/** The service refused the request because the rate is too high. The request had no effect. */
export const THROTTLED: Verdict = { kind: 'throttled', message: 'throttled' };

/**
 * Statuses that do not mean the same as the other statuses of their class (4xx, 5xx). They apply to all APIs
 * of the service.
 */
const BY_STATUS: Readonly<Record<number, Verdict>> = {
  401: KEYS,
  402: CREDITS,
  405: WRONG_API,
  406: WRONG_API,
  408: LOST,
  425: LOST,
  429: THROTTLED,
};

/** The meaning of a status if the rest of the answer does not explain the failure. */
export function verdictByStatus(status: number): Verdict {
  const known = BY_STATUS[status];
  if (known !== undefined) return known;
  if (status < 400) return REDIRECT;
  return status < 500 ? REFUSED : LOST;
}

/** An answer and its meaning. */
export interface JudgedAnswer {
  readonly answer: WireResponse;
  /** The HTTP status. If a 200 contains an error, the status that the error names. */
  readonly status: number;
  readonly verdict: Verdict;
  /** The service's own error text, or null. */
  readonly detail: string | null;
  /** Server time, ms since 1970. */
  readonly serverNow: number;
}

/** Creates the failure for an answer. */
export function failureFrom(request: ApiRequest, judged: JudgedAnswer): ClassifiedError {
  const { answer, status, verdict, detail, serverNow } = judged;
  const askedMs = askedWaitMs(answer.headers, serverNow);
  const waitMs = pauseAfter(verdict.kind, answer.headers, serverNow);
  const requestId = answer.headers['x-uploadcare-request-id'];
  const wait = waitMs === null ? '' : `, next try in ${formatDuration(waitMs)}`;
  const asked = isCapped(askedMs, waitMs)
    ? ` (the service asked for ${formatDuration(askedMs)})`
    : '';
  const quote = detail === null ? '' : ` (service: "${detail}")`;
  return new ClassifiedError({
    kind: verdict.kind,
    effect: verdict.mayHaveEffect && request.mutates ? 'unknown' : 'none',
    code: verdict.code ?? `http_${status}`,
    message: `${status} on ${requestName(request)}: ${verdict.message}${wait}${asked}${quote}`,
    status,
    ...(requestId === undefined ? {} : { requestId }),
    ...(waitMs === null ? {} : { retryAfterMs: waitMs }),
    ...(waitMs === null || askedMs === null ? {} : { askedWaitMs: askedMs }),
    ...(verdict.fatalCause === undefined ? {} : { fatalCause: verdict.fatalCause }),
  });
}

/** True if the service asked for a longer pause than ucbulk makes. */
function isCapped(askedMs: number | null, waitMs: number | null): askedMs is number {
  return askedMs !== null && waitMs !== null && askedMs > waitMs;
}
