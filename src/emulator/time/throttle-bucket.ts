/** The rate limit of a project. The service publishes no number (docs/uploadcare-api.md 15.1). */
export interface ThrottleOptions {
  readonly perSecond: number;
  /** Maximum number of requests that can arrive at the same moment. */
  readonly burst: number;
}

// Tolerance for rounding errors. A client that waits exactly as long as the Retry-After header says must
// succeed.
const ROUNDING = 1e-6;

/**
 * Limits the rate of requests with a token bucket: each request takes a token, and new tokens are added as
 * emulated time passes.
 */
export class ThrottleBucket {
  readonly #options: ThrottleOptions;
  #tokens: number;
  #filledAtMs: number | undefined;

  constructor(options: ThrottleOptions) {
    this.#options = options;
    this.#tokens = options.burst;
  }

  /**
   * Takes a token and returns 0. If there is none, returns the seconds until one is available, rounded up.
   */
  take(nowMs: number): number {
    const { perSecond, burst } = this.#options;
    const passedMs = nowMs - (this.#filledAtMs ?? nowMs);
    this.#tokens = Math.min(burst, this.#tokens + (passedMs / 1000) * perSecond);
    this.#filledAtMs = nowMs;
    if (this.#tokens >= 1 - ROUNDING) {
      this.#tokens -= 1;
      return 0;
    }
    return Math.max(1, Math.ceil((1 - this.#tokens) / perSecond));
  }
}
