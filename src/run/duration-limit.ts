import { elapsedFrom } from '../core/elapsed.ts';
import type { Clock } from '../core/world.ts';
import type { RunStop } from '../engine/run-stop.ts';

/** Interval between checks of the time, ms. A single long timer would fire too late if the machine slept. */
const CHECK_EVERY_MS = 5000;

/**
 * Stops the run after its `limits.duration` (ms). Returns a function that cancels the limit. Time in which
 * the machine sleeps counts too (docs/decisions/0014).
 */
export function startDurationLimit(
  limitMs: number | undefined,
  { clock, runStop }: { readonly clock: Clock; readonly runStop: RunStop },
): () => void {
  const ended = new AbortController();
  if (limitMs !== undefined) {
    const elapsed = elapsedFrom(clock);
    const stopWhenOver = async (): Promise<void> => {
      for (let left = limitMs; left > 0; left = limitMs - elapsed()) {
        await clock.sleep(Math.min(left, CHECK_EVERY_MS), ended.signal);
      }
      runStop.stop({ kind: 'duration', message: 'The run used its limits.duration.' });
    };
    void stopWhenOver().catch(() => undefined);
  }
  return () => ended.abort();
}
