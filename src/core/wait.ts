import type { Clock } from './world.ts';

/** Shorter waits are not reported, ms. */
const SHORTEST_MS = 2000;
/** A smaller change of a wait's end is not reported, ms. */
const SAME_END_MS = 1000;

/**
 * - `throttled`: the service answered 429; nothing is sent to this API until then
 * - `retry`: failed requests will be sent again
 * - `outage`: the endpoint of a step keeps failing; ucbulk pauses it
 * - `lost-answers`: ucbulk will check the results of requests whose answers were lost
 * - `items`: all remaining items will be retried later
 * - `other-run`: another run uses the project; this one waits for its end
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
  /** Text for people: `paused by the service (429, Retry-After 120 s)`. */
  readonly reason: string;
  readonly since: number;
  /** When it ends; null if unknown. */
  readonly until: number | null;
  /** Number of items whose answers were lost; only with `lost-answers`. */
  readonly lostAnswers?: number;
}

/** A wait began or changed; `wait` is null if it ended. Waits with different ids may overlap. */
export interface WaitEvent {
  readonly kind: 'waiting';
  readonly id: string;
  readonly wait: Wait | null;
}

/** Reports the waits of one part of the program if they take more than 2 s. */
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

  /** Starts or changes the wait: for `ms` from now, or with an unknown end (null). */
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
