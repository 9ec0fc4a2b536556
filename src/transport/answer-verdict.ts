import { formatDuration } from '../core/duration.ts';
import { ClassifiedError, type FailureFacts } from '../core/failure.ts';
import type { WireResponse } from '../core/world.ts';
import { askedWaitMs, DEFAULT_RETRY_AFTER_MS, retryAfterMs } from './retry-after.ts';
import { type ApiRequest, requestName } from './send.ts';

/** What an answer that is no success means to us. */
export type Verdict = Pick<FailureFacts, 'kind' | 'fatalCause'> & {
  /** The failure's code where the status does not say enough. */
  readonly code?: string;
  /** True where a mutation may have happened all the same. */
  readonly maybeDone?: true;
  readonly say: string;
};

/** The keys are no good: every further request would fail the same way. */
export const KEYS: Verdict = {
  kind: 'fatal',
  fatalCause: 'credentials',
  say: 'the keys were refused, check the public and the secret key',
};

/** The account has no credits left: no request that costs any would fare better. */
const CREDITS: Verdict = {
  kind: 'fatal',
  fatalCause: 'account',
  say: 'the account is out of credits; top it up in the dashboard, then resume the run: no item was used up',
};

/** Some other server, or another version of the API. */
export const WRONG_API: Verdict = {
  kind: 'fatal',
  fatalCause: 'configuration',
  say: 'the service does not know this request, check the API base URL',
};

/** No word on what was done. */
export const LOST: Verdict = { kind: 'transient', maybeDone: true, say: 'the service failed' };

/** Followed never: the signature would go along. */
export const REDIRECT: Verdict = {
  ...LOST,
  say: 'a redirect, which is never followed, check the API base URL',
};

/** This item, and only it, cannot be done. */
export const REFUSED: Verdict = { kind: 'permanent', say: 'refused' };

/** The service slows us down; nothing was done. */
export const THROTTLED: Verdict = { kind: 'throttled', say: 'throttled' };

/** Statuses whose meaning their hundred does not tell, the same in all of the service's APIs. */
const BY_STATUS: Readonly<Record<number, Verdict>> = {
  401: KEYS,
  402: CREDITS,
  405: WRONG_API,
  406: WRONG_API,
  408: LOST,
  425: LOST,
  429: THROTTLED,
};

/** What a status means where nothing else tells. */
export function verdictByStatus(status: number): Verdict {
  const known = BY_STATUS[status];
  if (known !== undefined) return known;
  if (status < 400) return REDIRECT;
  return status < 500 ? REFUSED : LOST;
}

/** An answer and what was made of it. */
export interface JudgedAnswer {
  readonly answer: WireResponse;
  /** The status that counts: of an error inside a 200, the one it names. */
  readonly status: number;
  readonly verdict: Verdict;
  /** The service's own words, or null. */
  readonly detail: string | null;
  /** Ms since 1970. */
  readonly serverNow: number;
}

/** The failure that a verdict comes to. */
export function failureFrom(request: ApiRequest, judged: JudgedAnswer): ClassifiedError {
  const { answer, status, verdict, detail, serverNow } = judged;
  const askedMs = askedWaitMs(answer.headers, serverNow);
  const waitMs = waitFor(verdict, retryAfterMs(answer.headers, serverNow));
  const requestId = answer.headers['x-uploadcare-request-id'];
  const wait = waitMs === null ? '' : `, next try in ${formatDuration(waitMs)}`;
  const asked = isCapped(askedMs, waitMs)
    ? ` (the service asked for ${formatDuration(askedMs)})`
    : '';
  const quote = detail === null ? '' : ` (service: "${detail}")`;
  return new ClassifiedError({
    kind: verdict.kind,
    effect: verdict.maybeDone && request.mutates ? 'unknown' : 'none',
    code: verdict.code ?? `http_${status}`,
    message: `${status} on ${requestName(request)}: ${verdict.say}${wait}${asked}${quote}`,
    status,
    ...(requestId === undefined ? {} : { requestId }),
    ...(waitMs === null ? {} : { retryAfterMs: waitMs }),
    ...(waitMs === null || askedMs === null ? {} : { askedWaitMs: askedMs }),
    ...(verdict.fatalCause === undefined ? {} : { fatalCause: verdict.fatalCause }),
  });
}

/** True if the service asked for more than we wait. */
function isCapped(askedMs: number | null, waitMs: number | null): askedMs is number {
  return askedMs !== null && waitMs !== null && askedMs > waitMs;
}

function waitFor({ kind }: Verdict, asked: number | null): number | null {
  if (kind === 'throttled') return asked ?? DEFAULT_RETRY_AFTER_MS;
  return kind === 'transient' ? asked : null;
}
