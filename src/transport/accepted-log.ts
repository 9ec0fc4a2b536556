const RECENT_MS = 1000;
const RECENT_COUNT = 10; // at low rates one second holds too few requests
const KEPT_TIMES = 4096;
const KEPT_REFUSALS = 8;
const ENOUGH = 10; // fewer accepted requests say too little about the limit

/** The moment of a 429, and how many requests were accepted before it. Monotonic ms. */
interface Refusal {
  readonly at: number;
  readonly accepted: number;
}

/**
 * Remembers when requests were accepted and refused, and measures the limit of the service from that.
 * A 429 means that the service has no slot left at that moment. So the requests that it accepted between two
 * 429s are exactly the slots that its limit gave in this time. This holds for every kind of limiter: a bucket
 * of any size, a fixed window or a sliding window.
 */
export class AcceptedLog {
  #accepted = 0;
  #times: number[] = [];
  /** Index of the first time that `recentRate` counts. */
  #firstRecent = 0;
  #refusals: Refusal[] = [];

  /** Records an accepted request. */
  add(now: number): void {
    if (this.#accepted === 0) this.#refusals = [{ at: now, accepted: 0 }];
    this.#accepted += 1;
    this.#times.push(now);
    if (this.#firstRecent < KEPT_TIMES) return;
    this.#times = this.#times.slice(this.#firstRecent);
    this.#firstRecent = 0;
  }

  /** Records a 429. After a long pause, `at` is its end: then the next slot is free. */
  refuse(at: number): void {
    this.#refusals.push({ at, accepted: this.#accepted });
    if (this.#refusals.length > KEPT_REFUSALS) this.#refusals.shift();
  }

  /**
   * The limit of the service, requests per second, measured at a 429; null if too few requests were accepted
   * since the last 429.
   */
  limit(now: number): number | null {
    const from = this.#refusals.findLast(({ accepted }) => this.#accepted - accepted >= ENOUGH);
    if (from === undefined) return null;
    return ((this.#accepted - from.accepted) * 1000) / Math.max(1, now - from.at);
  }

  /** Accepted requests per second over the last second, or over the last 10 requests if these took longer. */
  recentRate(now: number): number {
    const times = this.#times;
    const isOld = (time: number | undefined) => time !== undefined && now - time > RECENT_MS;
    const last = Math.max(0, times.length - RECENT_COUNT);
    while (this.#firstRecent < last && isOld(times[this.#firstRecent])) this.#firstRecent += 1;
    const count = times.length - this.#firstRecent;
    const first = times[this.#firstRecent] ?? now;
    return count < 2 ? 0 : (count * 1000) / Math.max(1, now - first);
  }

  /** Forgets all measurements, because the limit that applies to this process has changed. */
  forget(): void {
    this.#accepted = 0;
    this.#times = [];
    this.#firstRecent = 0;
    this.#refusals = [];
  }
}
