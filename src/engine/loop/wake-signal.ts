/**
 * Wakes a loop that waits for changes. A signal before the wait is not lost: the next wait then ends at once.
 */
export class WakeSignal {
  #isSignaled = false;
  #wake: (() => void) | null = null;

  /** Wakes the loop. */
  wake(): void {
    this.#isSignaled = true;
    this.#wake?.();
  }

  /** Resolves at the next signal, or immediately if one came since the last wait. */
  async wait(): Promise<void> {
    if (!this.#isSignaled) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
    this.#isSignaled = false;
  }
}
