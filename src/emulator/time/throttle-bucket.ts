/** How many requests a project may send (api 15.1: no number is published). */
export interface ThrottleOptions {
  readonly perSecond: number;
  /** Requests that may come at once. */
  readonly burst: number;
}

// Who waits exactly as long as told must not fail by the last bit of a fraction.
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

  /** Takes a token; 0 if there was one, else the whole seconds until there will be. */
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
