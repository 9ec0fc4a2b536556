import type { Clock } from './world.ts';

/**
 * Starts to measure. Returns a function that returns the time since then, ms. Time in which the machine slept
 * is included. The function uses the clock that advanced more: the monotonic clock stops while Linux sleeps,
 * and the wall clock may be set back.
 */
export function elapsedFrom(clock: Pick<Clock, 'now' | 'monotonic'>): () => number {
  const wall = clock.now();
  const monotonic = clock.monotonic();
  return () => Math.max(clock.now() - wall, clock.monotonic() - monotonic);
}
