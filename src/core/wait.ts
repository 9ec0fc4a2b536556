import type { Clock } from './world.ts';

/** Waits that are shorter than this are not reported, ms. */
const SHORTEST_MS = 2000;
/** If the end of a wait changes by less than this, the change is not reported, ms. */
const SAME_END_MS = 1000;

/**
 * The reason why a run waits.
 * - `window`: the window of the job is closed
 * - `paused`: a person paused the run. It sends nothing until somebody continues it
 * - `throttled`: the service answered 429. ucbulk sends nothing to this API until the wait ends
 * - `retry`: requests failed and will be sent again
 * - `outage`: the requests of a step keep failing. The step pauses
 * - `lost-answers`: ucbulk will look up the results of requests whose answers were lost
 * - `items`: all remaining items wait for their retries
 * - `other-run`: another run uses the project. This run waits until it ends
 * - `workers`: no worker of the fleet is connected
 * - `lock`: another process or program holds a lock
 * - `question`: a person must answer the question of the run
 */
export type WaitKind =
  | 'window'
  | 'paused'
  | 'throttled'
  | 'retry'
  | 'outage'
  | 'lost-answers'
  | 'items'
  | 'other-run'
  | 'workers'
  | 'lock'
  | 'question';

/** A current wait of a run. Times are ms since 1970, by this machine's clock. */
export interface Wait {
  readonly kind: WaitKind;
  /** The reason as text for people, such as `paused by the service (429, Retry-After 120 s)`. */
  readonly reason: string;
  readonly since: number;
  /** The end of the wait; null if it is unknown. */
  readonly until: number | null;
  /** Number of items whose answers were lost; only with `lost-answers`. */
  readonly lostAnswers?: number;
}

/**
 * Reports that a wait began or changed. `wait` is null if the wait ended. Waits with different ids may
 * overlap.
 */
export interface WaitEvent {
  readonly kind: 'waiting';
  readonly id: string;
  readonly wait: Wait | null;
}

/** Reports the waits of one part of the program that take longer than 2 s. */
export class WaitReporter {
  readonly #id: string;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #emit: (event: WaitEvent) => void;
  #open: Wait | null = null;

  constructor(id: string, clock: Pick<Clock, 'now'>, emit: (event: WaitEvent) => void) {
    this.#id = id;
    this.#clock = clock;
    this.#emit = emit;
  }

  /** Starts or changes the wait. The wait ends `ms` from now, or at an unknown time if `ms` is null. */
  begin(ms: number | null, facts: Omit<Wait, 'since' | 'until'>): void {
    if (this.#open === null && ms !== null && ms <= SHORTEST_MS) return;
    const now = this.#clock.now();
    const wait = {
      ...facts,
      since: this.#open?.since ?? now,
      until: ms === null ? null : now + ms,
    };
    if (this.#open !== null && isSame(this.#open, wait)) return;
    this.#open = wait;
    this.#emit({ kind: 'waiting', id: this.#id, wait });
  }

  /** Ends the wait. */
  end(): void {
    if (this.#open === null) return;
    this.#open = null;
    this.#emit({ kind: 'waiting', id: this.#id, wait: null });
  }
}

function isSame(before: Wait, now: Wait): boolean {
  if (before.reason !== now.reason) return false;
  if (before.until === null || now.until === null) return before.until === now.until;
  return Math.abs(before.until - now.until) < SAME_END_MS;
}
