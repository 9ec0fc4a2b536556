import type { Clock } from './world.ts';

/**
 * Returns a function that returns the time since this call, ms, including time during which the machine
 * slept. It uses the clock that advanced more: the monotonic clock stops while Linux sleeps, and the wall
 * clock may be set back.
 */
export function elapsedFrom(clock: Pick<Clock, 'now' | 'monotonic'>): () => number {
  const wall = clock.now();
  const monotonic = clock.monotonic();
  return () => Math.max(clock.now() - wall, clock.monotonic() - monotonic);
}
