import type { RateControl } from '../../src/transport/rate-control.ts';

/** A rate that never changes, per second: for tests of the gates alone. */
export function createFixedRate(rate: number): RateControl {
  return {
    rate: () => rate,
    limit: () => rate,
    isMeasured: () => false,
    accepted: () => undefined,
    throttled: () => undefined,
    share: () => undefined,
    limitTo: () => undefined,
  };
}
