import type { Gate } from './gate.ts';

/**
 * A gate (rate limiter) that lets every request pass at once. The storage of upload parts uses it, because it has
 * no rate limit, and the work queue already limits the number of concurrent requests.
 */
export const OPEN_GATE: Gate = {
  take: async (signal) => signal.throwIfAborted(),
  report: () => undefined,
  share: () => undefined,
  state: () => ({
    rate: 0,
    isMeasured: false,
    closedForMs: 0,
    neededInFlight: 0,
    accepted: 0,
    throttled: 0,
  }),
  close: async () => undefined,
};
