import type { Random } from '../../core/world.ts';

/** Chunks that must have failed in a row, without one success, before the step's endpoint is left alone. */
const CHUNKS_OF_AN_OUTAGE = 3;
/** How long the endpoint is left alone before the first look, and at most, ms. */
const FIRST_PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 60_000;

/** What a breaker reports: closed again, its pause ended for a probe, or open until the next look in so many ms. */
export type BreakerEvent =
  | { readonly kind: 'breaker-closed' }
  | { readonly kind: 'breaker-probing' }
  | { readonly kind: 'breaker-open'; readonly nextLookMs: number };

/** What a breaker is made of. */
export interface BreakerPorts {
  /** Monotonic ms. */
  readonly monotonic: () => number;
  readonly random: Random;
  readonly onEvent: (event: BreakerEvent) => void;
}

/**
 * Leaves a step's endpoint alone while it only fails. What was claimed for it and has not been
 * sent is given back; after a pause one item goes as the probe, and only its success lets the
 * others follow. While it is open, failures are not held against items (decision 0007).
 */
export class CircuitBreaker {
  readonly #ports: BreakerPorts;
  readonly #failed = new Set<number>();
  #pauseMs = 0;
  #lookAt = 0;
  /** `seq` of the item that is the probe; null where none is on its way. */
  #probe: number | null = null;

  constructor(ports: BreakerPorts) {
    this.#ports = ports;
  }

  /** True while the endpoint is left alone, but for probes. */
  get isOpen(): boolean {
    return this.#failed.size >= CHUNKS_OF_AN_OUTAGE;
  }

  /** How many of `wanted` items may be claimed now: all, one as the probe, or none. */
  allowance(wanted: number): number {
    if (!this.isOpen) return wanted;
    return this.#probe === null && this.pauseLeftMs() === 0 ? 1 : 0;
  }

  /** Time until the next probe may go, ms; 0 where nothing is waited for. */
  pauseLeftMs(): number {
    return this.isOpen ? Math.max(0, this.#lookAt - this.#ports.monotonic()) : 0;
  }

  /** True while a probe is on its way: what comes of it is waited for, not the clock. */
  get isProbing(): boolean {
    return this.#probe !== null;
  }

  /** Notes that these were claimed under `allowance`. */
  claimed(items: readonly { readonly seq: number }[]): void {
    if (!this.isOpen) return;
    this.#probe = items[0]?.seq ?? null;
    this.#ports.onEvent({ kind: 'breaker-probing' });
  }

  /** True where an item, claimed before the breaker opened, must not be sent now. */
  holdsBack(items: readonly { readonly seq: number }[]): boolean {
    return this.isOpen && items[0]?.seq !== this.#probe;
  }

  /** The endpoint answered: whatever fails now is the item's own. */
  answered(): void {
    const wasOpen = this.isOpen;
    this.#failed.clear();
    this.#probe = null;
    this.#pauseMs = 0;
    if (wasOpen) this.#ports.onEvent({ kind: 'breaker-closed' });
  }

  /** A request failed in a way that may pass; `chunk` is its first item's `seq`. */
  failed(chunk: number): void {
    const wasOpen = this.isOpen;
    if (!wasOpen) this.#failed.add(chunk);
    if (!this.isOpen || (wasOpen && chunk !== this.#probe)) return;
    this.#probe = null;
    this.#pause();
  }

  /** The items that were claimed as the probe are through, whether or not one was sent. */
  probeEnded(items: readonly { readonly seq: number }[]): void {
    if (this.#probe === null || items[0]?.seq !== this.#probe) return;
    this.#probe = null;
    this.#pause();
  }

  /** Each pause is twice the last; jitter, so that many runs do not come back together. */
  #pause(): void {
    const doubled = this.#pauseMs === 0 ? FIRST_PAUSE_MS : 2 * this.#pauseMs;
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, doubled);
    const nextLookMs = Math.ceil(this.#pauseMs * (0.5 + this.#ports.random() / 2));
    this.#lookAt = this.#ports.monotonic() + nextLookMs;
    this.#ports.onEvent({ kind: 'breaker-open', nextLookMs });
  }
}
