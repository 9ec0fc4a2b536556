import type { Clock } from './world.ts';

/**
 * Returns a function that returns the time since this call, ms. Time in which the machine slept is included.
 * It takes the clock that advanced more, because the monotonic clock stops while Linux sleeps, and the wall
 * clock may be set back.
 */
export function elapsedFrom(clock: Pick<Clock, 'now' | 'monotonic'>): () => number {
  const wall = clock.now();
  const monotonic = clock.monotonic();
  return () => Math.max(clock.now() - wall, clock.monotonic() - monotonic);
}
