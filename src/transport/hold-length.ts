// The requests between two probes. Each probe costs about one 429: at most 1 in 100, and 1 in 250 at 50/s.
const FEWEST_HELD = 100;
const MOST_HELD = 400;
const HOLD_SECONDS = 5;
const LONGEST_HOLD_SECONDS = 60; // at a low limit, so that a rise is noticed
// After a long pause, so many times the pause: the next probe may cost such a pause again.
const PAUSES_HELD = 20;
const LONGEST_PAUSE_HELD_MS = 300_000;
// The same for a limit that no probe has confirmed.
const HELD_UNCONFIRMED = { fewest: 2, most: 30, seconds: 3 } as const;

/** A limit at which requests are sent until the next probe. */
export interface HeldLimit {
  /** Requests per second. */
  readonly limit: number;
  /** Number of runs that share the limit. */
  readonly runs: number;
  /** True if a probe of this limit ended with a 429. */
  readonly isConfirmed: boolean;
  /** The pause that the last 429 asked for all requests, ms; 0 if it was short. */
  readonly pauseMs: number;
}

/** The number of requests that are sent at a limit before the next probe. */
export function holdLength({ limit: own, runs, isConfirmed, pauseMs }: HeldLimit): number {
  // Runs that share a limit probe less often, so that all together cause no more 429s than one.
  const limit = own * runs;
  const pauseHeld = (Math.min(LONGEST_PAUSE_HELD_MS, PAUSES_HELD * pauseMs) / 1000) * limit;
  if (isConfirmed) {
    const held = Math.min(MOST_HELD, Math.max(FEWEST_HELD, HOLD_SECONDS * limit));
    return Math.max(pauseHeld, Math.min(held, LONGEST_HOLD_SECONDS * limit));
  }
  const { fewest, most, seconds } = HELD_UNCONFIRMED;
  return Math.max(pauseHeld, Math.min(most, Math.max(fewest, seconds * limit)));
}
