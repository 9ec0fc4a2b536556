import { countSettled, type ProgressState } from './progress-state.ts';
import { createRateEstimator, timeLeft } from './rate-estimator.ts';
import type { RequestCounts } from './request-counter.ts';

/** The figures that both printers show. */
export interface ProgressFigures {
  readonly state: ProgressState;
  readonly settled: number;
  /** null while still listing. */
  readonly total: number | null;
  readonly itemsPerSecond: number | null;
  readonly requestsPerSecond: number | null;
  /** ms; null while listing, and until the rate is steady. */
  readonly etaMs: number | null;
  /** Share of this process's requests that were answered with 429, 0 to 1. */
  readonly throttledShare: number;
}

// Deletes are settled by the hundred: with a shorter window the rate would jump with each batch.
const WINDOW_MS = 15_000;

/**
 * Makes a function that computes figures from the state and request counts; it remembers samples
 * for the rates.
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
    // A resume starts with items of earlier processes, which do not count for the current rate.
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
