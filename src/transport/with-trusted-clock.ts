import type { TryLayer } from './send.ts';
import type { ServerClock } from './server-clock.ts';

/**
 * Sends no mutation while the service's time is untrusted. Its intent would have a wrong time, and
 * the probe, which searches by that time, would not find the effect. The last check happens at the
 * socket write: somebody may have set the local clock while the intent was written.
 */
export function withTrustedClock(
  clock: Pick<ServerClock, 'isUntrusted'>,
  resyncClock: () => Promise<void>,
): TryLayer {
  return (next) => async (attempt) => {
    if (!attempt.request.mutates) return next(attempt);
    await resyncClock();
    // If the service's answers never agree, the run continues anyway.
    const wasUntrusted = clock.isUntrusted();
    const mayStart = () => (wasUntrusted || !clock.isUntrusted()) && attempt.mayStart();
    return next({ ...attempt, mayStart });
  };
}
