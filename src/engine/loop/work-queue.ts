import PQueue from 'p-queue';

/**
 * A bound for the memory of a run: each group has up to 100 items, and 256 of them keep any machine busy. Without
 * it, a slow service would lead to hundreds of batches in flight.
 */
const MOST_WINDOWS = 256;

/**
 * Limits the number of requests in flight. Work with a higher priority starts first. Each queued task takes
 * about 1 KB of memory, so the queue holds only work that may start now. All other items stay in the ledger.
 */
export class WorkQueue {
  readonly #concurrency: () => number;
  readonly #queue: PQueue;
  readonly #onRoom: () => void;
  readonly #waiting = new Map<number, number>();

  /** `concurrency` may change at any time. `onRoom` is called when the queue has room for more work. */
  constructor(concurrency: () => number, onRoom: () => void = () => undefined) {
    this.#concurrency = concurrency;
    this.#queue = new PQueue({ concurrency: concurrency() });
    this.#onRoom = onRoom;
  }

  /**
   * Maximum number of groups of claimed items at the same time. For each concurrent request, one group is in
   * flight and one is being prepared.
   */
  get mostWindows(): number {
    return Math.min(2 * this.#queue.concurrency, MOST_WINDOWS);
  }

  /** Runs `work` as soon as fewer requests are in flight than allowed. */
  run<Result>(work: () => Promise<Result>, priority = 0): Promise<Result> {
    this.#count(priority, 1);
    const begin = (): Promise<Result> => {
      this.#count(priority, -1);
      const begun = work();
      this.#adapt();
      if (this.#hasJustGotRoom(priority)) this.#onRoom();
      return begun;
    };
    return this.#queue.add(begin, { priority });
  }

  /** True if fewer than `concurrency` queued tasks would start before a new task of this priority. */
  hasRoom(priority: number): boolean {
    return this.#waitingFrom(priority) < this.#queue.concurrency;
  }

  /** Applies the current concurrency. */
  #adapt(): void {
    const before = this.#queue.concurrency;
    const now = this.#concurrency();
    if (now === before) return;
    this.#queue.concurrency = now;
    if (now > before) this.#onRoom();
  }

  #hasJustGotRoom(begun: number): boolean {
    const full = this.#queue.concurrency - 1;
    const priorities = [...this.#waiting.keys()].filter((priority) => priority <= begun);
    return priorities.some((priority) => this.#waitingFrom(priority) === full);
  }

  #waitingFrom(priority: number): number {
    let waiting = 0;
    for (const [other, count] of this.#waiting) if (other >= priority) waiting += count;
    return waiting;
  }

  #count(priority: number, change: number): void {
    this.#waiting.set(priority, (this.#waiting.get(priority) ?? 0) + change);
  }
}
