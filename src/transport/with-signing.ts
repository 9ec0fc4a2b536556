import { formatDuration } from '../core/duration.ts';
import { ClassifiedError, toFailure } from '../core/failure.ts';
import { JSON_TYPE } from './http-send.ts';
import { formatHttpDate } from './retry-after.ts';
import { requestName, type Signer, type TryLayer } from './send.ts';
import type { ServerClock } from './server-clock.ts';
import type { TransportListener } from './with-gate.ts';

/**
 * A signature must not be older than this when the request is written to the socket, ms. The machine may have
 * slept in between. The service accepts 15 min.
 */
const MAX_AGE_MS = 5 * 60_000;
const SKEW_MS = 60_000; // a slow network does not explain a larger difference; the service allows 15 min

/**
 * Signs each try with the service's time, after the gate let it pass. A signature that waits at the gate
 * could become too old.
 */
export function withSigning(
  signer: Signer,
  serverClock: ServerClock,
  onEvent: TransportListener,
): TryLayer {
  let isReported = false;
  const reportSkew = (offsetMs: number) => {
    if (isReported) return;
    isReported = true;
    onEvent({ kind: 'clock-skewed', offsetMs });
  };
  return (next) => async (attempt) => {
    const { method, target } = attempt.request;
    const offset = serverClock.offset();
    const signedAt = serverClock.now();
    const date = formatHttpDate(signedAt);
    const mayStart = () => serverClock.now() - signedAt <= MAX_AGE_MS && attempt.mayStart();
    const signed = signer({ method, target, contentType: JSON_TYPE, date, body: attempt.body });
    try {
      return await next({
        ...attempt,
        headers: { ...attempt.headers, date, ...signed },
        mayStart,
      });
    } catch (error) {
      const failure = toFailure(error);
      if (failure.status !== 401) throw failure;
      const measured = serverClock.offset();
      const isSkewed = Math.abs(measured - offset) > SKEW_MS;
      if (isSkewed) reportSkew(measured);
      // The machine slept after the request was written, and the network delivered the request afterwards.
      const isOld = serverClock.now() - signedAt > MAX_AGE_MS;
      throw isSkewed || isOld
        ? clockSkew(failure, requestName(attempt.request))
        : withClockHint(failure, measured);
    }
  };
}

/**
 * The failure because of a wrong clock, after which the request is sent again. If that is refused too, the
 * original refusal is reported.
 */
function clockSkew(refusal: ClassifiedError, name: string): ClassifiedError {
  return new ClassifiedError({
    kind: 'transient',
    effect: 'none',
    code: 'clock_skew',
    message: `401 on ${name}: signed with a wrong clock, or too long ago; ucbulk sends it again with the server's time`,
    status: 401,
    ...(refusal.requestId === undefined ? {} : { requestId: refusal.requestId }),
    cause: refusal,
  });
}

function withClockHint(refusal: ClassifiedError, offsetMs: number): ClassifiedError {
  if (Math.abs(offsetMs) <= SKEW_MS) return refusal;
  const off = formatDuration(Math.abs(offsetMs));
  return new ClassifiedError({
    kind: refusal.kind,
    effect: refusal.effect,
    code: refusal.code,
    message: `${refusal.message}; also, this machine's clock is ${off} off the server's`,
    ...(refusal.status === undefined ? {} : { status: refusal.status }),
    ...(refusal.requestId === undefined ? {} : { requestId: refusal.requestId }),
    ...(refusal.fatalCause === undefined ? {} : { fatalCause: refusal.fatalCause }),
    cause: refusal,
  });
}
