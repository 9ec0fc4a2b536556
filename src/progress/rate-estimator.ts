interface Sample {
  readonly at: number;
  readonly count: number;
}

/** Measures how fast a count grows. */
export interface RateEstimator {
  /** Records the current count. `at` is the time in ms, from a clock that never goes back. */
  add(at: number, count: number): void;
  /**
   * Returns by how much the count grows per second. Returns null if the counts were recorded over too short a
   * time.
   */
  perSecond(at: number): number | null;
}

// Minimum time for a measurement, ms. In a shorter time, one slow request could halve the measured rate.
const SHORTEST_MS = 2000;
// Maximum number of recorded counts. It limits the memory use. The rate is then not exact, but nobody can see
// the error.
const MAX_SAMPLES = 120;

/**
 * Creates an estimator that uses only the counts of the last `windowMs`. So earlier pauses do not change the
 * current rate.
 */
export function createRateEstimator(windowMs: number): RateEstimator {
  const samples: Sample[] = [];
  return {
    add(at, count) {
      const latest = samples.at(-1);
      if (latest !== undefined && at - latest.at < windowMs / MAX_SAMPLES) return;
      samples.push({ at, count });
      // Removes old counts, but keeps one count from before the time window: the measurement starts with this
      // count.
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

/** Returns the remaining time in ms at this rate. Returns null if it can't be computed. */
export function timeLeft(remaining: number, perSecond: number | null): number | null {
  if (remaining === 0) return 0;
  if (perSecond === null || perSecond <= 0) return null;
  return (remaining / perSecond) * 1000;
}

function isPast(sample: Sample | undefined, start: number): boolean {
  return sample !== undefined && sample.at <= start;
}
