import type { Clock } from './world.ts';

/**
 * Measures the time since now, ms, including the machine's sleep. Uses the clock that advanced more: the
 * monotonic clock stops while Linux sleeps, and the wall clock may be set back.
 */
export function elapsedFrom(clock: Pick<Clock, 'now' | 'monotonic'>): () => number {
  const wall = clock.now();
  const monotonic = clock.monotonic();
  return () => Math.max(clock.now() - wall, clock.monotonic() - monotonic);
}
