import { type ProgressState, settledOf } from './progress-state.ts';
import { createRateEstimator, timeLeft } from './rate-estimator.ts';
import type { RequestCounts } from './request-counter.ts';

/** The numbers that both printers show. */
export interface ProgressFigures {
  readonly state: ProgressState;
  readonly settled: number;
  /** null while still listing. */
  readonly total: number | null;
  readonly itemsPerSecond: number | null;
  readonly requestsPerSecond: number | null;
  /** ms; null while listing, and until the rate is steady. */
  readonly etaMs: number | null;
  /** Part of this process's requests that were answered 429, 0 to 1. */
  readonly throttledShare: number;
}

// Deletes come in hundreds: a shorter window would jump with each chunk.
const WINDOW_MS = 15_000;

/** Turns events and request counts into figures, remembering what is needed for rates. */
export function createFigures(): (
  at: number,
  state: ProgressState,
  requests: RequestCounts,
) => ProgressFigures {
  const items = createRateEstimator(WINDOW_MS);
  const wire = createRateEstimator(WINDOW_MS);
  return (at, state, requests) => {
    const { settled, total } = settledOf(state);
    // A resume starts with what was done before: that was not done at today's rate.
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
