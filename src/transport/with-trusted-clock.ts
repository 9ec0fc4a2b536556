import type { TryLayer } from './send.ts';
import type { ServerClock } from './server-clock.ts';

/**
 * Sends no mutation while the service's time is not trusted. Its intent would have a wrong time, and a probe
 * that searches by that time would not find the effect. The last check is at the socket write, because the
 * local clock may have been set while the intent was written.
 */
export function withTrustedClock(
  clock: Pick<ServerClock, 'isUntrusted'>,
  resyncClock: () => Promise<void>,
): TryLayer {
  return (next) => async (attempt) => {
    if (!attempt.request.mutates) return next(attempt);
    await resyncClock();
    // If the answers of the service never agree about the time, the run continues anyway.
    const wasUntrusted = clock.isUntrusted();
    const mayStart = () => (wasUntrusted || !clock.isUntrusted()) && attempt.mayStart();
    return next({ ...attempt, mayStart });
  };
}
