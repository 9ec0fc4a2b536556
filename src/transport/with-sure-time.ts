import type { TryLayer } from './one-try.ts';

/**
 * No mutation leaves while it is not sure what time it is at the service: its intent would be of
 * another hour, and hide what became of it, since probes go by its time.
 */
export function withSureTime(becomeSure: () => Promise<void>): TryLayer {
  return (next) => async (attempt) => {
    if (attempt.request.mutates) await becomeSure();
    return next(attempt);
  };
}
