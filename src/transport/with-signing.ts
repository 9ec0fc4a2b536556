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

/** A request when it was signed. */
interface Signed {
  /** When it was signed, by the service's clock, ms since 1970. */
  readonly at: number;
  /** The service's time minus the machine's time, as ucbulk knew it when it signed, ms. */
  readonly offset: number;
  /** The method and path, for messages. */
  readonly name: string;
}

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
  const explainRefusal = (failure: ClassifiedError, signed: Signed) => {
    const measured = serverClock.offset();
    const isSkewed = Math.abs(measured - signed.offset) > SKEW_MS;
    if (isSkewed && !isReported) onEvent({ kind: 'clock-skewed', offsetMs: measured });
    isReported ||= isSkewed;
    // The machine slept after the request was written, and the network delivered the request afterwards.
    const isOld = serverClock.now() - signed.at > MAX_AGE_MS;
    return isSkewed || isOld ? clockSkew(failure, signed.name) : withClockHint(failure, measured);
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
      throw explainRefusal(failure, { at: signedAt, offset, name: requestName(attempt.request) });
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
