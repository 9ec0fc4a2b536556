interface DueTask {
  /** Microseconds since 1970. */
  readonly at: number;
  readonly run: (at: number) => void;
}

/** What the service does by itself at a time of its own: an import that ends, a file that is ready. */
export class DueTasks {
  readonly #tasks: DueTask[] = [];

  /** Has something done once emulated time reaches `at`, in microseconds since 1970. */
  add(at: number, run: (at: number) => void): void {
    let place = this.#tasks.length;
    // Most tasks come in the order they are due: the place is near the end.
    while (place > 0 && (this.#tasks[place - 1]?.at ?? 0) > at) place -= 1;
    this.#tasks.splice(place, 0, { at, run });
  }

  /** Does all that is due until `now`, each at its own time, in order. */
  run(now: number): void {
    let done = 0;
    for (
      let next = this.#tasks[0];
      next !== undefined && next.at <= now;
      next = this.#tasks[done]
    ) {
      done += 1;
      next.run(next.at);
    }
    this.#tasks.splice(0, done);
  }
}
