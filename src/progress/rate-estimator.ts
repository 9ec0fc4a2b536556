interface Sample {
  readonly at: number;
  readonly count: number;
}

/** Estimates the growth rate of a count. */
export interface RateEstimator {
  /** Records the count at `at` (ms, monotonic). */
  add(at: number, count: number): void;
  /** Growth per second over the window; null while the window is too short. */
  perSecond(at: number): number | null;
}

// In a shorter time, one slow request would change the rate by half.
const SHORTEST_MS = 2000;
// Exact enough at any rate that people can watch, with constant memory.
const MAX_SAMPLES = 120;

/** Measures the growth during the last `windowMs`; forgets older bursts and pauses. */
export function createRateEstimator(windowMs: number): RateEstimator {
  const samples: Sample[] = [];
  return {
    add(at, count) {
      const latest = samples.at(-1);
      if (latest !== undefined && at - latest.at < windowMs / MAX_SAMPLES) return;
      samples.push({ at, count });
      // One sample older than the window stays, as the start of the window.
      while (isPast(samples[1], at - windowMs)) samples.shift();
    },
    perSecond(at) {
      const first = samples[0];
      const last = samples.at(-1);
      if (first === undefined || last === undefined || at - first.at < SHORTEST_MS) return null;
      return ((last.count - first.count) * 1000) / (at - first.at);
    },
  };
}

/** Remaining time at this rate, ms; null if it cannot be estimated. */
export function timeLeft(remaining: number, perSecond: number | null): number | null {
  if (remaining === 0) return 0;
  if (perSecond === null || perSecond <= 0) return null;
  return (remaining / perSecond) * 1000;
}

function isPast(sample: Sample | undefined, start: number): boolean {
  return sample !== undefined && sample.at <= start;
}
