/**
 * Adapts the request rate to the answers of the service. Times are monotonic ms; rates are requests per
 * second.
 */
export interface RateControl {
  rate(): number;
  /** Records that the service accepted the request sent at `sentAt`. */
  accepted(sentAt: number): void;
  /** Records that the service throttled the request sent at `sentAt`. */
  throttled(sentAt: number, now: number): void;
}

/** Bounds of the search. */
export interface AdaptiveRateOptions {
  /** First rate: the rate that another run learned; default 10. */
  readonly start?: number;
  /** Upper limit from `--rate`. */
  readonly max?: number;
  /** A limit that may change during the run: the share of the rate that other runs of the project leave. */
  readonly ceiling?: () => number;
}

const START = 10;
const MIN_RATE = 0.2; // one request in 5 s: anything slower would look like a hang
const CUT = 0.5;
const COOL_DOWN_MS = 350; // refusals of one burst arrive together and count once
const GROWTH_AT_START = 2 ** (1 / 1.5); // per second; until the first refusal the limit is unknown
const GROWTH_PER_SECOND = 1.05; // per second; after the first refusal the limit is near
const UNUSED_SLOTS = 3; // with fewer unused slots, answers only overtook each other

/**
 * Searches for the rate limit of the service, which is not published. The rate doubles until the first 429.
 * Each later burst of 429s halves the rate; between bursts it grows slowly. Only requests that were sent
 * raise the rate, so an idle run can't reach a rate that it never tried.
 */
export function createAdaptiveRate(options: AdaptiveRateOptions = {}): RateControl {
  const { max: cap = Number.POSITIVE_INFINITY, ceiling = () => cap } = options;
  const max = () => Math.min(cap, ceiling());
  let rate = bounded(options.start ?? START, cap);
  let wasRefused = false;
  let cutAt = Number.NEGATIVE_INFINITY;
  let lastSentAt = Number.NEGATIVE_INFINITY;
  /**
   * Time during which requests used the full rate, ms; 0 if slots stayed unused since the previous request.
   */
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

function bounded(rate: number, max: number): number {
  return Math.max(MIN_RATE, Math.min(max, rate));
}
