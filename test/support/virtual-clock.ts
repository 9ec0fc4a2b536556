import { canceled } from '../../src/core/failure.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
}

/** Simulated time: nothing happens but in timers, and time jumps from one to the next. */
export class VirtualClock {
  #elapsed = 0;
  readonly #resolutionMs: number;
  #order = 0;
  #start: number;
  readonly #heap: Timer[] = [];

  /** Timers fire at multiples of `resolutionMs`: whole ms, like the timers of Node. */
  constructor(start: number, resolutionMs = 1) {
    this.#start = start;
    this.#resolutionMs = resolutionMs;
  }

  now(): number {
    return this.#start + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  /** The machine sleeps: nothing fires meanwhile. The monotonic clock goes on (macOS) or stands still (Linux). */
  suspend(ms: number, monotonic: 'goes on' | 'stands still'): void {
    if (monotonic === 'goes on') this.#elapsed += ms;
    else this.#start += ms;
  }

  /** Calls `fire` in `ms` of simulated time; what is due at the same moment fires in order. */
  after(ms: number, fire: () => void): void {
    const resolution = this.#resolutionMs;
    const waitMs = Math.ceil(Math.max(0, ms) / resolution) * resolution;
    const timer = { at: this.#elapsed + waitMs, order: this.#order++, fire };
    let place = this.#heap.length;
    this.#heap.push(timer);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(timer, this.#heap[parent]!)) break;
      this.#heap[place] = this.#heap[parent]!;
      place = parent;
    }
    this.#heap[place] = timer;
  }

  /** Fires the next timer; false where there is none. */
  step(): boolean {
    const first = this.#heap[0];
    if (first === undefined) return false;
    const last = this.#heap.pop()!;
    if (this.#heap.length > 0) this.#sink(last);
    this.#elapsed = Math.max(this.#elapsed, first.at);
    first.fire();
    return true;
  }

  /** A sleep that ends with its signal. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(canceled());
      const leave = () => reject(canceled());
      signal?.addEventListener('abort', leave, { once: true });
      this.after(ms, () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      });
    });
  }

  #sink(timer: Timer): void {
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.#heap.length) break;
      const right = this.#heap[child + 1];
      if (right !== undefined && isBefore(right, this.#heap[child]!)) child += 1;
      if (!isBefore(this.#heap[child]!, timer)) break;
      this.#heap[place] = this.#heap[child]!;
      place = child;
    }
    this.#heap[place] = timer;
  }
}

/** Lets time go on until the work is settled; throws where nothing is left to happen. */
export async function untilSettled<Result>(
  clock: VirtualClock,
  work: Promise<Result>,
  giveUpAt: number,
): Promise<Result> {
  let isSettled = false;
  const settled = () => {
    isSettled = true;
  };
  work.then(settled, settled);
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve));
    if (isSettled) return work;
    if (clock.now() > giveUpAt) throw new Error('The run does not end');
    if (!clock.step()) throw new Error('The run is stuck: nothing is left to happen');
  }
}

function isBefore(one: Timer, other: Timer): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
