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
   * Waits until the bytes fit. The order is that of the calls. Work that needs more than the whole budget runs alone.
   * Returns the function that frees the bytes, which must be called once.
   */
  async take(bytes: number): Promise<() => void> {
    const needed = Math.min(bytes, this.#most);
    if (this.#waiting.length > 0 || this.#used + needed > this.#most) {
      await new Promise<void>((start) => this.#waiting.push({ bytes: needed, start }));
    } else {
      this.#used += needed;
    }
    return () => {
      this.#used -= needed;
      this.#startNext();
    };
  }

  /** Calls `work` as soon as its bytes fit. */
  async use<Result>(bytes: number, work: () => Promise<Result>): Promise<Result> {
    const free = await this.take(bytes);
    try {
      return await work();
    } finally {
      free();
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
