import type { TryLayer } from './send.ts';
import type { ServerClock } from './server-clock.ts';

/**
 * Sends no request that changes something while ucbulk does not know the service's time. Its intent would
 * have a wrong time, and a probe that uses this time would not find the effect. The time is checked once more
 * when the request is written to the socket, because the clock may have been set while the intent was
 * written.
 */
export function withTrustedClock(
  clock: Pick<ServerClock, 'isUntrusted'>,
  resyncClock: () => Promise<void>,
): TryLayer {
  return (next) => async (attempt) => {
    if (!attempt.request.mutates) return next(attempt);
    await resyncClock();
    // If the answers never agree about the time, the run continues anyway.
    const wasUntrusted = clock.isUntrusted();
    const mayStart = () => (wasUntrusted || !clock.isUntrusted()) && attempt.mayStart();
    return next({ ...attempt, mayStart });
  };
}
