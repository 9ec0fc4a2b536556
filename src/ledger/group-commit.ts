import type { Clock, CrashHook } from '../core/world.ts';

interface Waiting {
  readonly write: () => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes that became ready in the same tick share one transaction, so one sync of the disk
 * (rule W1). A failed transaction rejects all of them: none is durable then.
 */
export class GroupCommit {
  readonly #clock: Clock;
  readonly #crash: CrashHook;
  readonly #transaction: (writes: () => void) => void;
  #waiting: Waiting[] = [];

  constructor(
    { clock, crash }: { readonly clock: Clock; readonly crash: CrashHook },
    transaction: (writes: () => void) => void,
  ) {
    this.#clock = clock;
    this.#crash = crash;
    this.#transaction = transaction;
  }

  /** Resolves once `write` and all that joined it are durable. */
  write(write: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, resolve, reject });
      if (this.#waiting.length === 1) void this.#clock.tick().then(() => this.#commit());
    });
  }

  async #commit(): Promise<void> {
    await this.#crash('group-commit');
    const group = this.#waiting;
    this.#waiting = [];
    try {
      this.#transaction(() => {
        for (const { write } of group) write();
      });
    } catch (error) {
      for (const { reject } of group) reject(error);
      return;
    }
    for (const { resolve } of group) resolve();
  }
}
