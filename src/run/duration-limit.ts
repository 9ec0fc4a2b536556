import { elapsedFrom } from '../core/elapsed.ts';
import type { Clock } from '../core/world.ts';
import type { Halt } from '../engine/run-stop.ts';

/** A timer of a machine that slept rings late: the time is looked at this often, ms. */
const LOOK_EVERY_MS = 5000;

/**
 * Stops the run once its `limits.duration` is over, and gives the way to let go of it. The time is
 * that of the person who set it: a night that the machine slept through is over as well (decision 0014).
 */
export function startDurationLimit(
  limitMs: number | undefined,
  { clock, halt }: { readonly clock: Clock; readonly halt: Halt },
): () => void {
  const ended = new AbortController();
  if (limitMs !== undefined) {
    const elapsed = elapsedFrom(clock);
    const over = async (): Promise<void> => {
      for (let left = limitMs; left > 0; left = limitMs - elapsed()) {
        await clock.sleep(Math.min(left, LOOK_EVERY_MS), ended.signal);
      }
      halt.stop({ kind: 'duration', message: 'The run used its limits.duration.' });
    };
    void over().catch(() => undefined);
  }
  return () => ended.abort();
}
