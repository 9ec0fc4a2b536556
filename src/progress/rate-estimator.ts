interface Sample {
  readonly at: number;
  readonly count: number;
}

/** How fast a count grows. */
export interface RateEstimator {
  /** Takes the count as it is at `at` (ms, monotonic). */
  add(at: number, count: number): void;
  /** Growth a second over the window; null while the window is too short to tell. */
  perSecond(at: number): number | null;
}

// Shorter than this, one slow request moves the number by half.
const SHORTEST_MS = 2000;
// Enough to be exact at any rate that people can watch, and flat in memory.
const MAX_SAMPLES = 120;

/** Growth over the last `windowMs`: old bursts and old pauses are forgotten. */
export function createRateEstimator(windowMs: number): RateEstimator {
  const samples: Sample[] = [];
  return {
    add(at, count) {
      const latest = samples.at(-1);
      if (latest !== undefined && at - latest.at < windowMs / MAX_SAMPLES) return;
      samples.push({ at, count });
      // One sample older than the window stays: it is where the window begins.
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

/** Time left in ms at this rate; null where it can't be told. */
export function timeLeft(remaining: number, perSecond: number | null): number | null {
  if (remaining === 0) return 0;
  if (perSecond === null || perSecond <= 0) return null;
  return (remaining / perSecond) * 1000;
}

function isPast(sample: Sample | undefined, start: number): boolean {
  return sample !== undefined && sample.at <= start;
}
