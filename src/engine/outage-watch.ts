/** Chunks that must have failed in a row, without one success, before the service is taken to be down. */
const CHUNKS_OF_AN_OUTAGE = 3;
/** A run that got nothing done for so long stops, to be resumed, ms (`reliability.md` I.6). */
const PATIENCE_MS = 5 * 60_000;

/**
 * Tells a service that is down from items that spoil their requests: while different chunks fail
 * and none succeeds, failures are not held against items.
 */
export class OutageWatch {
  readonly #failed = new Set<number>();
  #since: number | null = null;

  /** A request was answered well: whatever fails now is the item's own. */
  succeeded(): void {
    this.#failed.clear();
    this.#since = null;
  }

  /** A request failed in a way that may pass; `chunk` is its first item, `now` monotonic ms. */
  failed(chunk: number, now: number): void {
    this.#since ??= now;
    if (this.#failed.size < CHUNKS_OF_AN_OUTAGE) this.#failed.add(chunk);
  }

  /** True while the service is taken to be down. */
  get isOn(): boolean {
    return this.#failed.size >= CHUNKS_OF_AN_OUTAGE;
  }

  /** True once there is no use in trying on. */
  isHopeless(now: number): boolean {
    return this.isOn && this.#since !== null && now - this.#since >= PATIENCE_MS;
  }
}
