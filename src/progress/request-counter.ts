import type { HttpExchange } from '../core/world.ts';

/** Physical requests of this process. */
export interface RequestCounts {
  readonly sent: number;
  /** Answered with 429. */
  readonly throttled: number;
  /** On their way (sent, not answered), of those that may change something. */
  readonly openWrites: number;
}

/** Counts what really goes over the wire: retries, polls and throttled tries included. */
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
