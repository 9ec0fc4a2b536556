import PQueue from 'p-queue';

/**
 * How many requests may be under way at once. Holds only work that may start now: a queued task
 * costs about 1 KB, so the ledger is where items wait (`performance.md` 4). What has the higher
 * priority starts first.
 */
export class WorkQueue {
  readonly #queue: PQueue;
  readonly #concurrency: number;
  readonly #onRoom: () => void;
  readonly #waiting = new Map<number, number>();

  /** `onRoom` is called when there is room again for some priority. */
  constructor(concurrency: number, onRoom: () => void = () => undefined) {
    this.#queue = new PQueue({ concurrency });
    this.#concurrency = concurrency;
    this.#onRoom = onRoom;
  }

  /** Claimed windows that may be under way: those that are being sent, and as many that get ready. */
  get mostWindows(): number {
    return 2 * this.#concurrency;
  }

  /** Runs `work` when there is a place for it. */
  run<Result>(work: () => Promise<Result>, priority = 0): Promise<Result> {
    this.#count(priority, 1);
    const begin = (): Promise<Result> => {
      this.#count(priority, -1);
      if (this.#hasJustGotRoom(priority)) this.#onRoom();
      return work();
    };
    return this.#queue.add(begin, { priority });
  }

  /** True where fewer than `concurrency` wait for a place before work of this priority would. */
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
