import type { HttpExchange } from '../core/world.ts';

/** Numbers of HTTP requests that this process has sent. */
export interface RequestCounts {
  readonly sent: number;
  /** Number of answers with status 429 (too many requests). */
  readonly throttled: number;
  /** Number of requests that may change something and have no answer yet. */
  readonly openWrites: number;
}

/** Counts all HTTP requests, including retries and requests for the status of work inside Uploadcare. */
export function countRequests(http: HttpExchange): { http: HttpExchange; counts(): RequestCounts } {
  let sent = 0;
  let throttled = 0;
  let openWrites = 0;
  return {
    counts: () => ({ sent, throttled, openWrites }),
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
