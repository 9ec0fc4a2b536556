import type { Random } from '../../core/world.ts';

/**
 * The breaker opens after this many requests with different items have failed, without a success in between.
 */
const CHUNKS_OF_AN_OUTAGE = 3;
/** First and longest pause before a test request, ms. */
const FIRST_PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 60_000;

/** A change of a breaker. It closed, it sent a test request (`breaker-probing`), or it began a pause (ms). */
export type BreakerEvent =
  | { readonly kind: 'breaker-closed' }
  | { readonly kind: 'breaker-probing' }
  | { readonly kind: 'breaker-open'; readonly nextLookMs: number };

interface Dependencies {
  /** Time of the monotonic clock, ms. */
  readonly monotonic: () => number;
  readonly random: Random;
  readonly onEvent: (event: BreakerEvent) => void;
}

/**
 * Stops the requests of a step while all of them fail. After a pause, one item is sent as a test. (In this
 * file, the test is called a probe.) If the service answers the test, the other items follow. While the
 * breaker is open, items that were claimed but not sent are released, and failures use up no attempts
 * (docs/decisions/0007).
 */
export class CircuitBreaker {
  readonly #deps: Dependencies;
  readonly #failed = new Set<number>();
  #pauseMs = 0;
  #lookAt = 0;
  /** `seq` of the item that is sent as the test; null if no test is in flight. */
  #probe: number | null = null;

  constructor(deps: Dependencies) {
    this.#deps = deps;
  }

  /** True while only test requests may be sent. */
  get isOpen(): boolean {
    return this.#failed.size >= CHUNKS_OF_AN_OUTAGE;
  }

  /** How many of `wanted` items the step may claim now: all, one as a test, or none. */
  allowance(wanted: number): number {
    if (!this.isOpen) return wanted;
    return this.#probe === null && this.pauseLeftMs() === 0 ? 1 : 0;
  }

  /** Time until the next test, ms; 0 if the breaker is closed or a test may start now. */
  pauseLeftMs(): number {
    return this.isOpen ? Math.max(0, this.#lookAt - this.#deps.monotonic()) : 0;
  }

  /**
   * True while a test is in flight. The step then waits for the result of the test, not for a point in time.
   */
  get isProbing(): boolean {
    return this.#probe !== null;
  }

  /** Records that the step claimed these items. If the breaker is open, they are the next test. */
  claimed(items: readonly { readonly seq: number }[]): void {
    if (!this.isOpen) return;
    this.#probe = items[0]?.seq ?? null;
    this.#deps.onEvent({ kind: 'breaker-probing' });
  }

  /** True if these items must wait: the breaker opened after they were claimed, and they are not the test. */
  holdsBack(items: readonly { readonly seq: number }[]): boolean {
    return this.isOpen && items[0]?.seq !== this.#probe;
  }

  /** Records an answer from the endpoint and closes the breaker. */
  answered(): void {
    const wasOpen = this.isOpen;
    this.#failed.clear();
    this.#probe = null;
    this.#pauseMs = 0;
    if (wasOpen) this.#deps.onEvent({ kind: 'breaker-closed' });
  }

  /**
   * Records a temporary failure of a request. `chunk` is the `seq` of the first item in the request.
   * `askedMs` is the wait that the service asked for; 0 if it asked for none.
   */
  failed(chunk: number, askedMs = 0): void {
    const wasOpen = this.isOpen;
    if (!wasOpen) this.#failed.add(chunk);
    if (!this.isOpen || (wasOpen && chunk !== this.#probe)) return;
    this.#probe = null;
    this.#pause(askedMs);
  }

  /**
   * Records that the test has ended, even if its request was never sent. If `answered` or `failed` did not
   * record the result of the test already, a new pause begins.
   */
  probeEnded(items: readonly { readonly seq: number }[]): void {
    if (this.#probe === null || items[0]?.seq !== this.#probe) return;
    this.#probe = null;
    this.#pause();
  }

  /**
   * Starts a pause. Each pause is twice as long as the last one, up to `LONGEST_PAUSE_MS`. The random part
   * prevents many runs from sending their tests at the same time. The pause is at least as long as the wait
   * that the service asked for.
   */
  #pause(askedMs = 0): void {
    const doubled = this.#pauseMs === 0 ? FIRST_PAUSE_MS : 2 * this.#pauseMs;
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, doubled);
    const ownMs = Math.ceil(this.#pauseMs * (0.5 + this.#deps.random() / 2));
    const nextLookMs = Math.max(ownMs, askedMs);
    this.#lookAt = this.#deps.monotonic() + nextLookMs;
    this.#deps.onEvent({ kind: 'breaker-open', nextLookMs });
  }
}
