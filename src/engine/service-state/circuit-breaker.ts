import type { Random } from '../../core/world.ts';

/** Number of consecutive failed chunks that opens the breaker. */
const CHUNKS_OF_AN_OUTAGE = 3;
/** Bounds of the pause before a probe, ms: the first and the longest. */
const FIRST_PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 60_000;

/** A change of a breaker: it closed, it probes after its pause, or it opened with a pause in ms. */
export type BreakerEvent =
  | { readonly kind: 'breaker-closed' }
  | { readonly kind: 'breaker-probing' }
  | { readonly kind: 'breaker-open'; readonly nextLookMs: number };

interface Dependencies {
  /** Monotonic ms. */
  readonly monotonic: () => number;
  readonly random: Random;
  readonly onEvent: (event: BreakerEvent) => void;
}

/**
 * Pauses the endpoint of a step while all of its requests fail. Items that were claimed but not sent are
 * released. After a pause, one item is sent as a probe; if it succeeds, the remaining items follow. While the
 * breaker is open, failures use up no attempts (decision 0007).
 */
export class CircuitBreaker {
  readonly #deps: Dependencies;
  readonly #failed = new Set<number>();
  #pauseMs = 0;
  #lookAt = 0;
  /** `seq` of the probing item; null if there is none. */
  #probe: number | null = null;

  constructor(deps: Dependencies) {
    this.#deps = deps;
  }

  /** True while the endpoint is paused, except for probes. */
  get isOpen(): boolean {
    return this.#failed.size >= CHUNKS_OF_AN_OUTAGE;
  }

  /** The number of `wanted` items that the step may claim now: all, one as a probe, or none. */
  allowance(wanted: number): number {
    if (!this.isOpen) return wanted;
    return this.#probe === null && this.pauseLeftMs() === 0 ? 1 : 0;
  }

  /** Time until the next probe, ms; 0 if there is no pause. */
  pauseLeftMs(): number {
    return this.isOpen ? Math.max(0, this.#lookAt - this.#deps.monotonic()) : 0;
  }

  /** True while a probe is in flight: the step waits for its result, not for the clock. */
  get isProbing(): boolean {
    return this.#probe !== null;
  }

  /** Records that these items were claimed under `allowance`. */
  claimed(items: readonly { readonly seq: number }[]): void {
    if (!this.isOpen) return;
    this.#probe = items[0]?.seq ?? null;
    this.#deps.onEvent({ kind: 'breaker-probing' });
  }

  /** True if items that were claimed before the breaker opened must wait. */
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

  /** Records a temporary failure. `chunk` identifies the chunk by the `seq` of its first item. */
  failed(chunk: number): void {
    const wasOpen = this.isOpen;
    if (!wasOpen) this.#failed.add(chunk);
    if (!this.isOpen || (wasOpen && chunk !== this.#probe)) return;
    this.#probe = null;
    this.#pause();
  }

  /** Records that the probe has ended, whether it was sent or not. */
  probeEnded(items: readonly { readonly seq: number }[]): void {
    if (this.#probe === null || items[0]?.seq !== this.#probe) return;
    this.#probe = null;
    this.#pause();
  }

  /**
   * Starts a pause twice as long as the last one, up to the longest. Jitter prevents many runs from returning
   * at the same time.
   */
  #pause(): void {
    const doubled = this.#pauseMs === 0 ? FIRST_PAUSE_MS : 2 * this.#pauseMs;
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, doubled);
    const nextLookMs = Math.ceil(this.#pauseMs * (0.5 + this.#deps.random() / 2));
    this.#lookAt = this.#deps.monotonic() + nextLookMs;
    this.#deps.onEvent({ kind: 'breaker-open', nextLookMs });
  }
}
