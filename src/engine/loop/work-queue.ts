import PQueue from 'p-queue';

/**
 * Limits the number of requests in flight. Work with a higher priority starts first. The queue holds only
 * work that may start now: queued work takes about 1 KB of memory, so all other items stay in the ledger.
 */
export class WorkQueue {
  readonly #queue: PQueue;
  readonly #concurrency: number;
  readonly #onRoom: () => void;
  readonly #waiting = new Map<number, number>();

  /** `onRoom` is called when the queue has room for more work. */
  constructor(concurrency: number, onRoom: () => void = () => undefined) {
    this.#queue = new PQueue({ concurrency });
    this.#concurrency = concurrency;
    this.#onRoom = onRoom;
  }

  /**
   * Maximum number of groups of claimed items at the same time. For each concurrent request, one group is in
   * flight and one is being prepared.
   */
  get mostWindows(): number {
    return 2 * this.#concurrency;
  }

  /** Runs `work` as soon as fewer requests are in flight than allowed. */
  run<Result>(work: () => Promise<Result>, priority = 0): Promise<Result> {
    this.#count(priority, 1);
    const begin = (): Promise<Result> => {
      this.#count(priority, -1);
      if (this.#hasJustGotRoom(priority)) this.#onRoom();
      return work();
    };
    return this.#queue.add(begin, { priority });
  }

  /** True if fewer than `concurrency` queued tasks would start before new work with this priority. */
  hasRoom(priority: number): boolean {
    return this.#waitingFrom(priority) < this.#concurrency;
  }

  #hasJustGotRoom(begun: number): boolean {
    const priorities = [...this.#waiting.keys()].filter((priority) => priority <= begun);
    return priorities.some((priority) => this.#waitingFrom(priority) === this.#concurrency - 1);
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
