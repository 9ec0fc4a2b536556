/** Steers the rate by what the service says. Times are monotonic ms, rates requests a second. */
export interface RateControl {
  rate(): number;
  /** A request that was sent at `sentAt` was let through. */
  accepted(sentAt: number, now: number): void;
  /** A request that was sent at `sentAt` was refused for being one too many. */
  throttled(sentAt: number, now: number): void;
}

/** Bounds of the search. */
export interface AdaptiveRateOptions {
  /** Where to start: what another run learned, else 10. */
  readonly start?: number;
  /** `--rate` as a cap. */
  readonly max?: number;
}

const START = 10;
const MIN_RATE = 0.2; // one request in 5 s: slower would look like hanging
const CUT = 0.5;
const COOL_DOWN_MS = 350; // refusals of one burst come together and are one message
const DOUBLE_MS = 1500; // until the first refusal nothing is known
const GROWTH_PER_SECOND = 1.05; // after it the limit is near

/**
 * No limit is published, so it is searched: doubling until the first 429, then halved at each
 * burst of them and raised gently. Only requests that were sent raise it, so that an idle run
 * does not talk itself into a rate it never tried.
 */
export function createAdaptiveRate(options: AdaptiveRateOptions = {}): RateControl {
  const max = options.max ?? Number.POSITIVE_INFINITY;
  let rate = bounded(options.start ?? START, max);
  let wasRefused = false;
  let cutAt = Number.NEGATIVE_INFINITY;
  let grownAt: number | null = null;
  return {
    rate: () => rate,
    accepted(sentAt, now) {
      if (sentAt < cutAt) return;
      // One request is evidence for its own slot and the next, not for a long silence.
      const proven = Math.min(now - (grownAt ?? now), 2000 / rate);
      grownAt = now;
      const factor = wasRefused ? GROWTH_PER_SECOND ** (proven / 1000) : 2 ** (proven / DOUBLE_MS);
      rate = bounded(rate * factor, max);
    },
    throttled(sentAt, now) {
      const isOld = sentAt <= cutAt || now - cutAt < COOL_DOWN_MS;
      if (isOld) return;
      wasRefused = true;
      cutAt = now;
      grownAt = now;
      rate = bounded(rate * CUT, max);
    },
  };
}

/** `--rate` as a promise: the user knows the limit better than we can find it. */
export function createFixedRate(rate: number): RateControl {
  const fixed = bounded(rate, Number.POSITIVE_INFINITY);
  return { rate: () => fixed, accepted: ignore, throttled: ignore };
}

function bounded(rate: number, max: number): number {
  return Math.max(MIN_RATE, Math.min(max, rate));
}

function ignore(): void {}
