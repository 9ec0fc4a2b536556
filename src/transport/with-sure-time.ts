import type { TryLayer } from './send.ts';
import type { ServerClock } from './server-clock.ts';

/**
 * No mutation leaves while it is not sure what time it is at the service: its intent would be of
 * another hour, and hide what became of it, since probes go by its time. The last look is at the
 * socket write: somebody may have set our clock while the intent was written.
 */
export function withSureTime(
  clock: Pick<ServerClock, 'isUnsure'>,
  becomeSure: () => Promise<void>,
): TryLayer {
  return (next) => async (attempt) => {
    if (!attempt.request.mutates) return next(attempt);
    await becomeSure();
    // A service whose answers never agree is worked with all the same.
    const wasUnsure = clock.isUnsure();
    const mayStart = () => (wasUnsure || !clock.isUnsure()) && attempt.mayStart();
    return next({ ...attempt, mayStart });
  };
}
