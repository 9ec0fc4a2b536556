/** Steers the rate by what the service says. Times are monotonic ms, rates requests a second. */
export interface RateControl {
  rate(): number;
  /** A request that was sent at `sentAt` was let through. */
  accepted(sentAt: number): void;
  /** A request that was sent at `sentAt` was refused for being one too many. */
  throttled(sentAt: number, now: number): void;
}

/** Bounds of the search. */
export interface AdaptiveRateOptions {
  /** Where to start: what another run learned, else 10. */
  readonly start?: number;
  /** `--rate` as a cap. */
  readonly max?: number;
  /** A cap that moves: what other runs of the project leave. */
  readonly ceiling?: () => number;
}

const START = 10;
const MIN_RATE = 0.2; // one request in 5 s: slower would look like hanging
const CUT = 0.5;
const COOL_DOWN_MS = 350; // refusals of one burst come together and are one message
const GROWTH_AT_START = 2 ** (1 / 1.5); // a second; until the first refusal nothing is known
const GROWTH_PER_SECOND = 1.05; // after it the limit is near
const UNUSED_SLOTS = 3; // fewer are answers that overtook each other

/**
 * No limit is published, so it is searched: doubling until the first 429, then halved at each
 * burst of them and raised gently. Only requests that were sent raise it, so that an idle run
 * does not talk itself into a rate it never tried.
 */
export function createAdaptiveRate(options: AdaptiveRateOptions = {}): RateControl {
  const { max: cap = Number.POSITIVE_INFINITY, ceiling = () => cap } = options;
  const max = () => Math.min(cap, ceiling());
  let rate = bounded(options.start ?? START, cap);
  let wasRefused = false;
  let cutAt = Number.NEGATIVE_INFINITY;
  let lastSentAt = Number.NEGATIVE_INFINITY;
  /** Ms for which the rate was tried: none where slots went unused since the request before. */
  const provenMs = (sentAt: number) => {
    const gap = sentAt - lastSentAt;
    lastSentAt = Math.max(lastSentAt, sentAt);
    return gap > 0 && gap <= (UNUSED_SLOTS * 1000) / rate ? gap : 0;
  };
  return {
    rate: () => bounded(rate, max()),
    accepted(sentAt) {
      if (sentAt < cutAt) return;
      const seconds = provenMs(sentAt) / 1000;
      const growth = wasRefused ? GROWTH_PER_SECOND : GROWTH_AT_START;
      rate = Math.max(rate, bounded(rate * growth ** seconds, max()));
    },
    throttled(sentAt, now) {
      const isOld = sentAt <= cutAt || now - cutAt < COOL_DOWN_MS;
      if (isOld) return;
      wasRefused = true;
      cutAt = now;
      lastSentAt = now;
      rate = bounded(Math.min(rate, max()) * CUT, cap);
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
