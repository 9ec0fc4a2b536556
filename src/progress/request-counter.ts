import type { HttpExchange } from '../core/world.ts';
import type { RunListener } from '../engine/run-events.ts';

/** Numbers of HTTP requests that this process and the workers of its run have sent. */
export interface RequestCounts {
  readonly sent: number;
  /** Number of answers with status 429 (too many requests). */
  readonly throttled: number;
  /** Number of requests that may change something and have no answer yet. */
  readonly openWrites: number;
}

/** Counts all HTTP requests, including retries and requests for the status of work inside Uploadcare. */
export function countRequests(http: HttpExchange): {
  http: HttpExchange;
  counts(): RequestCounts;
  /** Counts the requests of workers. */
  listener: RunListener;
} {
  let sent = 0;
  let throttled = 0;
  let openWrites = 0;
  return {
    counts: () => ({ sent, throttled, openWrites }),
    listener: (event) => {
      if (event.kind !== 'worker-request') return;
      sent += 1;
      if (event.isThrottled) throttled += 1;
    },
    async http(request) {
      const writes = request.method === 'GET' ? 0 : 1;
      sent += 1;
      openWrites += writes;
      try {
        const response = await http(request);
        if (response.status === 429) throttled += 1;
        return response;
      } finally {
        openWrites -= writes;
      }
    },
  };
}
