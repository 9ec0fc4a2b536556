/** The rate limit of a project (api 15.1: the service publishes no number). */
export interface ThrottleOptions {
  readonly perSecond: number;
  /** Maximum number of requests at once. */
  readonly burst: number;
}

// A client that waits exactly as long as Retry-After says must not fail by a rounding error.
const ROUNDING = 1e-6;

/** A token bucket on emulated time. */
export class ThrottleBucket {
  readonly #options: ThrottleOptions;
  #tokens: number;
  #filledAtMs: number | undefined;

  constructor(options: ThrottleOptions) {
    this.#options = options;
    this.#tokens = options.burst;
  }

  /** Takes a token. Returns 0, or the whole seconds until a token is available. */
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
