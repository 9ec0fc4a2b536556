import type { HttpExchange } from '../core/world.ts';

/** Physical requests of this process. */
export interface RequestCounts {
  readonly sent: number;
  /** Answered with 429. */
  readonly throttled: number;
}

/** Counts what really goes over the wire: retries, polls and throttled tries included. */
export function countRequests(http: HttpExchange): { http: HttpExchange; counts(): RequestCounts } {
  let sent = 0;
  let throttled = 0;
  return {
    counts: () => ({ sent, throttled }),
    async http(request) {
      sent += 1;
      const response = await http(request);
      if (response.status === 429) throttled += 1;
      return response;
    },
  };
}
