import { formatDuration } from '../core/duration.ts';
import type { Clock } from '../core/world.ts';

/** Interval at which a run is compared with its deadline, ms. */
const CHECK_EVERY_MS = 60_000;

/**
 * Calls `notify` once if a run is expected to miss its deadline. Two checks in a row must say so, because the speed of a
 * short time may be an exception. Ends when `signal` aborts, or if the run can't be read, which the run itself reports.
 */
export async function watchDeadline(facts: {
  readonly clock: Pick<Clock, 'sleep'>;
  readonly signal: AbortSignal;
  /** By how much the run is expected to miss its deadline, ms; null if it is in time. */
  readonly missesByMs: () => Promise<number | null>;
  readonly notify: (reason: string) => Promise<void>;
}): Promise<void> {
  let wasLate = false;
  let missedBy: number | null;
  try {
    do {
      await facts.clock.sleep(CHECK_EVERY_MS, facts.signal);
      missedBy = await facts.missesByMs();
      if (missedBy !== null && wasLate) break;
      wasLate = missedBy !== null;
    } while (!facts.signal.aborted);
  } catch {
    return;
  }
  if (missedBy === null || facts.signal.aborted) return;
  const late = formatDuration(missedBy);
  await facts.notify(`The run is expected to miss its deadline (limits.finishBy) by ${late}.`);
}
