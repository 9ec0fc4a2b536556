import type { Clock } from './world.ts';

/** Shorter waits are not reported, ms. */
const SHORTEST_MS = 2000;
/** An end that moves by less is the same end, ms. */
const SAME_END_MS = 1000;

/**
 * - `throttled`: the service answered 429; nothing is sent to this API until then
 * - `retry`: requests that failed are sent again
 * - `outage`: a step's endpoint keeps failing and is left alone
 * - `lost-answers`: the results of requests without an answer are looked up
 * - `items`: all items that are left are to be tried again later
 * - `other-run`: another run works on the project, and this one was told to wait for its end
 * - `lock`: another process or program holds a lock
 */
export type WaitKind =
  | 'throttled'
  | 'retry'
  | 'outage'
  | 'lost-answers'
  | 'items'
  | 'other-run'
  | 'lock';

/** Something that a run waits for now. Times are ms since 1970, by this machine's clock. */
export interface Wait {
  readonly kind: WaitKind;
  /** In words, for people: `paused by the service (429, Retry-After 120 s)`. */
  readonly reason: string;
  readonly since: number;
  /** When it ends; null if nobody knows. */
  readonly until: number | null;
  /** How many items lost their answers; only with `lost-answers`. */
  readonly lostAnswers?: number;
}

/** A wait began or changed; null: it ended. Waits with different ids may overlap. */
export interface WaitEvent {
  readonly kind: 'waiting';
  readonly id: string;
  readonly wait: Wait | null;
}

/** Reports the waits of one place of the program, if they take more than 2 s. */
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

  /** It waits for `ms` from now on, or until nobody knows when (null). */
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

  /** It no longer waits. */
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
