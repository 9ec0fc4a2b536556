import type { Clock } from '../core/world.ts';
import type { GateControl } from './gate-control.ts';
import type { SlotQueue } from './slot-queue.ts';

const CATCH_UP_MS = 50; // to make up for a longer delay would cause a burst
const MAX_SLEEP_MS = 1000; // the user may raise a low rate during the wait for a slot

/** The parts that a pacer uses. */
interface PacerOptions {
  readonly clock: Clock;
  readonly control: GateControl;
  readonly queue: SlotQueue;
  /** Aborts when the gate closes for ever. */
  readonly signal: AbortSignal;
}

/** Grants slots to waiting requests, one after the other, at equal distances. */
export class Pacer {
  readonly #options: PacerOptions;
  #nextSlotAt = Number.NEGATIVE_INFINITY;
  #lastSlotAt = Number.NEGATIVE_INFINITY;
  #isGranting = false;

  constructor(options: PacerOptions) {
    this.#options = options;
  }

  /** The time of the next slot, monotonic ms. Slots that nobody used expire. */
  nextSlotAt(): number {
    const { clock, control } = this.#options;
    return Math.max(this.#nextSlotAt, clock.monotonic(), control.opensAt());
  }

  /** True while `grantUntil` works. It must not be called twice at the same time. */
  get isGranting(): boolean {
    return this.#isGranting;
  }

  /** Grants slots until no request waits, or until the next slot is after `end` (monotonic ms). */
  async grantUntil(end: () => number): Promise<void> {
    const { clock, control, queue, signal } = this.#options;
    // The flag must change in the same turn in which the queue becomes empty, or a request that comes in
    // between would wait for ever. So no other function may stand between.
    this.#isGranting = true;
    try {
      this.#nextSlotAt = Math.max(this.#nextSlotAt, clock.monotonic());
      while (queue.size > 0) {
        const now = clock.monotonic();
        const slotAt = Math.max(this.#nextSlotAt, control.opensAt());
        if (slotAt > end()) return;
        if (slotAt > now) {
          await clock.sleep(Math.min(slotAt - now, MAX_SLEEP_MS), signal);
          if (slotAt - now > MAX_SLEEP_MS) {
            const byRateNow = this.#lastSlotAt + control.interval();
            this.#nextSlotAt = Math.min(this.#nextSlotAt, byRateNow);
          }
        } else {
          this.#lastSlotAt = Math.max(slotAt, now - CATCH_UP_MS);
          this.#nextSlotAt = this.#lastSlotAt + control.interval();
          queue.grant();
        }
      }
    } finally {
      this.#isGranting = false;
    }
  }
}
