/**
 * The last item that may be claimed now. The tables of a ledger share one bound, so that a canary can complete
 * its items before any other item is claimed.
 */
export class ClaimBound {
  #lastSeq = Number.MAX_SAFE_INTEGER;

  /** `seq` of the last item that may be claimed. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** True if some items may not be claimed. */
  get isSet(): boolean {
    return this.#lastSeq !== Number.MAX_SAFE_INTEGER;
  }

  /** Sets the last item that may be claimed; null for all items. */
  set(lastSeq: number | null): void {
    this.#lastSeq = lastSeq ?? Number.MAX_SAFE_INTEGER;
  }
}
