import { failureOf } from '../core/failure.ts';
import type { Clock } from '../core/world.ts';
import type { Layer } from './send.ts';

/** One line about one request (`answered`, `failed`) or about a try that is made again (`retry`). */
export interface RequestLine {
  readonly kind: 'answered' | 'failed' | 'retry';
  readonly method: string;
  readonly target: string;
  /** Since the request was asked for, waits included; for `retry` the wait before the next try. */
  readonly ms: number;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  /** Only with `retry`: which try failed, from 1. */
  readonly tryNumber?: number;
  readonly code?: string;
  readonly message?: string;
}

/** Takes lines; headers and bodies are never in them, so no secret is. */
export type RequestLog = (line: RequestLine) => void;

/** Outermost, so that a line tells what the caller got and how long the caller waited. */
export function withLogging(log: RequestLog, clock: Clock): Layer {
  return (send) => async (request) => {
    const startedAt = clock.monotonic();
    const line = { method: request.method, target: request.target };
    const elapsed = () => Math.round(clock.monotonic() - startedAt);
    try {
      const { status, requestId, ...rest } = await send(request);
      log({ ...line, kind: 'answered', ms: elapsed(), status, requestId });
      return { status, requestId, ...rest };
    } catch (error) {
      const { status, requestId, code, message } = failureOf(error);
      log({ ...line, kind: 'failed', ms: elapsed(), status, requestId, code, message });
      throw error;
    }
  };
}
