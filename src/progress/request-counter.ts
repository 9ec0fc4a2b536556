import type { HttpExchange } from '../core/world.ts';

/** Counts of physical requests of this process. */
export interface RequestCounts {
  readonly sent: number;
  /** Number of answers with status 429. */
  readonly throttled: number;
  /** Number of unanswered requests that may change something. */
  readonly openWrites: number;
}

/** Counts all requests on the wire, including retries, polls and throttled tries. */
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
