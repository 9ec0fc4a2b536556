import { canceled } from '../../src/core/failure.ts';
import type { Clock } from '../../src/core/world.ts';

// Kept from before any fake timers: what is ready must be able to run while time stands still.
const realSetImmediate = setImmediate;

interface Sleeper {
  readonly until: number;
  readonly order: number;
  wake(): void;
}

/** A clock that stands still until it is told to go on. */
export class FakeClock implements Clock {
  #now: number;
  #monotonic = 0;
  #order = 0;
  readonly #sleepers = new Set<Sleeper>();

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  /** Sleeps that have not ended. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(canceled());
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', leave);
        settle();
      };
      const leave = () => end(() => reject(canceled()));
      const sleeper: Sleeper = {
        until: this.#monotonic + Math.max(0, ms),
        order: this.#order++,
        wake: () => end(resolve),
      };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }

  tick(): Promise<void> {
    return new Promise((resolve) => realSetImmediate(resolve));
  }

  /** Moves both clocks on; wakes sleepers in order and lets what they start run before the next. */
  async advance(ms: number): Promise<void> {
    const end = this.#monotonic + ms;
    await this.tick();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#moveTo(next.until);
      next.wake();
      await this.tick();
    }
    this.#moveTo(end);
  }

  /** Lets time go by while nothing runs: a process that was stopped, or a machine that slept. */
  pause(ms: number): void {
    this.#moveTo(this.#monotonic + ms);
  }

  /** Moves the wall clock only, as a person or a time server does. */
  jumpWall(ms: number): void {
    this.#now += ms;
  }

  #moveTo(monotonic: number): void {
    this.#now += monotonic - this.#monotonic;
    this.#monotonic = monotonic;
  }

  #next(end: number): Sleeper | undefined {
    const due = [...this.#sleepers].filter((sleeper) => sleeper.until <= end);
    return due.sort((a, b) => a.until - b.until || a.order - b.order)[0];
  }
}
