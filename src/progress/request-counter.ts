import type { HttpExchange } from '../core/world.ts';

/** Physical requests of this process. */
export interface RequestCounts {
  readonly sent: number;
  /** Answered with 429. */
  readonly throttled: number;
  /** On their way: sent, not answered. */
  readonly open: number;
}

/** Counts what really goes over the wire: retries, polls and throttled tries included. */
export function countRequests(http: HttpExchange): { http: HttpExchange; counts(): RequestCounts } {
  let sent = 0;
  let throttled = 0;
  let open = 0;
  return {
    counts: () => ({ sent, throttled, open }),
    async http(request) {
      sent += 1;
      open += 1;
      try {
        const response = await http(request);
        if (response.status === 429) throttled += 1;
        return response;
      } finally {
        open -= 1;
      }
    },
  };
}
