const WEIGHT = 0.05;
const FIRST_GUESS_MS = 100;

/**
 * Measures how long requests are in flight. Requests without an answer count with their age, so that a change
 * to slow requests, such as copies of large files, is noticed before the first of them ends.
 */
export class Latency {
  #averageMs = FIRST_GUESS_MS;
  #open = 0;
  #openSince = 0; // the sum of the times at which the open requests were sent

  /** Records a request that is sent now; monotonic ms. */
  sent(now: number): void {
    this.#open += 1;
    this.#openSince += now;
  }

  /** Records the end of a request, whatever it was. */
  ended(sentAt: number, now: number): void {
    this.#averageMs += WEIGHT * (now - sentAt - this.#averageMs);
    this.#open -= 1;
    this.#openSince -= sentAt;
  }

  /** Average time in flight of the answered requests, ms. */
  get answeredMs(): number {
    return this.#averageMs;
  }

  /** Time in flight to expect, ms. */
  expectedMs(now: number): number {
    const ageMs = this.#open === 0 ? 0 : now - this.#openSince / this.#open;
    return Math.max(this.#averageMs, ageMs);
  }
}
