import PQueue from 'p-queue';

/**
 * How many requests may be under way at once. Holds only work that may start now: a queued task
 * costs about 1 KB, so the ledger is where items wait (`performance.md` 4).
 */
export class WorkQueue {
  readonly #queue: PQueue;
  readonly #concurrency: number;

  constructor(concurrency: number) {
    this.#queue = new PQueue({ concurrency });
    this.#concurrency = concurrency;
  }

  /** Claimed windows that may be under way: those that are being sent, and as many that get ready. */
  get mostWindows(): number {
    return 2 * this.#concurrency;
  }

  /** Runs `work` when there is a place for it. */
  run<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#queue.add(work);
  }

  /** Resolves once fewer than `concurrency` wait for a place. */
  room(): Promise<void> {
    return this.#queue.onSizeLessThan(this.#concurrency);
  }
}
