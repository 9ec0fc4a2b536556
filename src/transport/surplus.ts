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
  #owed = 0;

  /** Accepted requests minus the slots of the limit. Negative if slots stayed unused. */
  get value(): number {
    return this.#value;
  }

  /** Counts a request that was accepted now, and the slots of the limit since the last call. */
  add(sentAt: number, now: number, limit: number): void {
    if (sentAt < this.#from) return;
    const slots =
      this.#countedTo === null ? 1 : (limit * Math.max(0, now - this.#countedTo)) / 1000;
    const leastValue = Math.min(-this.#owed, -OWED_SECONDS * limit);
    this.#value = Math.max(leastValue, this.#value + 1 - slots);
    this.#countedTo = Math.max(now, this.#countedTo ?? now);
  }

  /**
   * Starts at zero again. Requests that were sent before `from` do not count. After a pause, `owed` slots are
   * unused: the service accepts that many before a surplus says anything.
   */
  restart(
    from: number,
    { owed }: { readonly owed: number } | { readonly owed?: never } = {},
  ): void {
    this.#value = -(owed ?? 0);
    this.#owed = owed ?? 0;
    this.#from = from;
    this.#countedTo = owed === undefined ? null : from;
  }
}
