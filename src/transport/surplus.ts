const OWED_SECONDS = 2; // an idle run saves no more slots than these

/**
 * Counts the requests that the service accepted beyond a limit. A service whose limit is lower accepts no
 * surplus: it has to refuse.
 */
export class Surplus {
  #value = 0;
  /** Until when the slots of the limit are counted, monotonic ms; null before the first request. */
  #countedTo: number | null = null;
  #from = Number.NEGATIVE_INFINITY;

  /** Accepted requests minus the slots of the limit. Negative if slots stayed unused. */
  get value(): number {
    return this.#value;
  }

  /** Counts a request that was accepted now, and the slots of the limit since the last call. */
  add(sentAt: number, now: number, limit: number): void {
    if (sentAt < this.#from) return;
    const slots =
      this.#countedTo === null ? 1 : (limit * Math.max(0, now - this.#countedTo)) / 1000;
    this.#value = Math.max(-OWED_SECONDS * limit, this.#value + 1 - slots);
    this.#countedTo = Math.max(now, this.#countedTo ?? now);
  }

  /**
   * Starts at zero again. Requests that were sent before `from` do not count. `noSlotIsFree`: a 429 showed that
   * the service has no slot left at this time, so its slots count from now on. Otherwise they count from the
   * first request.
   */
  restart(from: number, { noSlotIsFree = false } = {}): void {
    this.#value = 0;
    this.#from = from;
    this.#countedTo = noSlotIsFree ? from : null;
  }
}
