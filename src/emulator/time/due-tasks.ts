interface DueTask {
  /** When to run the function, in microseconds since 1970. */
  readonly at: number;
  readonly run: (at: number) => void;
}

/**
 * Functions that the emulator calls at a later emulated time, e.g. when an import ends or a file becomes
 * ready.
 */
export class DueTasks {
  // A binary heap. There may be a hundred thousand unfinished conversions with different durations, and a
  // heap finds the next due one quickly.
  readonly #heap: (DueTask & { readonly order: number })[] = [];
  #added = 0;

  /** The number of functions that have not been called yet. */
  get length(): number {
    return this.#heap.length;
  }

  /** Schedules a function for the emulated time `at`, in microseconds since 1970. */
  add(at: number, run: (at: number) => void): void {
    this.#added += 1;
    const task = { at, run, order: this.#added };
    let place = this.#heap.length;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      const above = this.#heap[parent];
      if (above === undefined || isBefore(above, task)) break;
      this.#heap[place] = above;
      place = parent;
    }
    this.#heap[place] = task;
  }

  /**
   * Calls every function that is due at or before `now`, in order of time. Passes the time at which the
   * function was due.
   */
  run(now: number): void {
    for (let next = this.#heap[0]; next !== undefined && next.at <= now; next = this.#heap[0]) {
      this.#removeFirst();
      next.run(next.at);
    }
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    let place = 0;
    for (;;) {
      const child = this.#smallerChild(place);
      const below = this.#heap[child];
      if (below === undefined || isBefore(last, below)) break;
      this.#heap[place] = below;
      place = child;
    }
    this.#heap[place] = last;
  }

  #smallerChild(place: number): number {
    const left = this.#heap[place * 2 + 1];
    const right = this.#heap[place * 2 + 2];
    const isRight = left !== undefined && right !== undefined && isBefore(right, left);
    return place * 2 + (isRight ? 2 : 1);
  }
}

function isBefore(
  a: { readonly at: number; readonly order: number },
  b: { readonly at: number; readonly order: number },
): boolean {
  return a.at === b.at ? a.order < b.order : a.at < b.at;
}
