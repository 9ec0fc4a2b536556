interface Waiting {
  readonly bytes: number;
  readonly start: () => void;
}

/** Limits the number of bytes that are in memory at the same time. */
export class ByteBudget {
  readonly #most: number;
  #used = 0;
  readonly #waiting: Waiting[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Calls `work` as soon as its bytes fit. The order is that of the calls. Work that needs more than the whole budget runs
   * alone.
   */
  async use<Result>(bytes: number, work: () => Promise<Result>): Promise<Result> {
    const needed = Math.min(bytes, this.#most);
    if (this.#waiting.length > 0 || this.#used + needed > this.#most) {
      await new Promise<void>((start) => this.#waiting.push({ bytes: needed, start }));
    } else {
      this.#used += needed;
    }
    try {
      return await work();
    } finally {
      this.#used -= needed;
      this.#startNext();
    }
  }

  #startNext(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#used + next.bytes > this.#most) return;
      this.#used += next.bytes;
      this.#waiting.shift();
      next.start();
    }
  }
}
