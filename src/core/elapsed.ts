import type { Clock } from './world.ts';

/**
 * Time since now, ms, the machine's sleep included, by whichever clock went further: the monotonic
 * one stands still while Linux sleeps, the wall clock may be set back.
 */
export function elapsedFrom(clock: Pick<Clock, 'now' | 'monotonic'>): () => number {
  const wall = clock.now();
  const monotonic = clock.monotonic();
  return () => Math.max(clock.now() - wall, clock.monotonic() - monotonic);
}
