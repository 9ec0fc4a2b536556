import { toFailure } from '../core/failure.ts';
import type { Clock } from '../core/world.ts';
import type { Layer } from './send.ts';

/** A log line about a request (`answered`, `failed`) or about a retry (`retry`). */
export interface RequestLine {
  readonly kind: 'answered' | 'failed' | 'retry';
  readonly method: string;
  readonly target: string;
  /**
   * Time from the caller's request to its result, including all waits, ms. With `retry`: the delay before the
   * next try.
   */
  readonly ms: number;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  /** Number of the failed try, starting at 1; only with `retry`. */
  readonly tryNumber?: number;
  readonly code?: string;
  readonly message?: string;
}

/** Receives log lines. They contain no headers or bodies, and so no secrets. */
export type RequestLog = (line: RequestLine) => void;

/** Logs requests. It is the outermost layer, so a line shows the result and the time that the caller sees. */
export function withLogging(log: RequestLog, clock: Clock): Layer {
  return (send) => async (request) => {
    const startedAt = clock.monotonic();
    const line = { method: request.method, target: request.target };
    const elapsed = () => Math.round(clock.monotonic() - startedAt);
    try {
      const response = await send(request);
      const { status, requestId } = response;
      log({ ...line, kind: 'answered', ms: elapsed(), status, requestId });
      return response;
    } catch (error) {
      const { status, requestId, code, message } = toFailure(error);
      log({ ...line, kind: 'failed', ms: elapsed(), status, requestId, code, message });
      throw error;
    }
  };
}
