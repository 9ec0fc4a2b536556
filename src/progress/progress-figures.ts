import { countSettled, type ProgressState } from './progress-state.ts';
import { createRateEstimator, timeLeft } from './rate-estimator.ts';
import type { RequestCounts } from './request-counter.ts';

/** The numbers that the displays of progress show. */
export interface ProgressFigures {
  readonly state: ProgressState;
  readonly settled: number;
  /** The number of all items; null while the run is still reading its source. */
  readonly total: number | null;
  readonly itemsPerSecond: number | null;
  readonly requestsPerSecond: number | null;
  /**
   * The remaining time in ms. null while the run is still reading its source, and until the rate can be
   * measured.
   */
  readonly etaMs: number | null;
  /**
   * The share of this process's requests that the service answered with 429 (too many requests), from 0 to 1.
   */
  readonly throttledShare: number;
}

// Length of time over which the rate is measured, ms. One request can finish a hundred items, for example a
// delete. In a shorter time, the rate would jump with each such request.
const WINDOW_MS = 15_000;

/**
 * Creates a function that computes the numbers from the state of the run and its request counts. The function
 * remembers earlier counts to compute rates.
 */
export function createFigures(): (
  at: number,
  state: ProgressState,
  requests: RequestCounts,
) => ProgressFigures {
  const items = createRateEstimator(WINDOW_MS);
  const wire = createRateEstimator(WINDOW_MS);
  return (at, state, requests) => {
    const { settled, total } = countSettled(state);
    // The first count is only the starting point. After a resume, it includes items that earlier processes
    // finished, and these must not count as fast work of this process.
    if (state.counts !== null) items.add(at, settled);
    wire.add(at, requests.sent);
    const itemsPerSecond = items.perSecond(at);
    return {
      state,
      settled,
      total,
      itemsPerSecond,
      requestsPerSecond: wire.perSecond(at),
      etaMs: total === null ? null : timeLeft(total - settled, itemsPerSecond),
      throttledShare: requests.sent === 0 ? 0 : requests.throttled / requests.sent,
    };
  };
}
