/** Wakes a loop that waits for something to have changed. A beat before the wait is not lost. */
export class Pulse {
  #beat = false;
  #wake: (() => void) | null = null;

  /** Something changed. */
  beat(): void {
    this.#beat = true;
    this.#wake?.();
  }

  /** Resolves at the next beat, or at once where one came since the last wait. */
  async next(): Promise<void> {
    if (!this.#beat) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
    this.#beat = false;
  }
}
