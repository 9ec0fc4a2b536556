import type { Gate } from './gate.ts';
import { createGateControl, type GateOptions } from './gate-control.ts';
import { createSlotQueue } from './slot-queue.ts';

const CATCH_UP_MS = 50; // what late timers lost may be made up for; more would be a burst

/** The gate on a clock that is given: for the simulation, whose time is not the system's. */
export function createPacerGate(options: GateOptions): Gate {
  const { clock } = options;
  const control = createGateControl(options);
  const queue = createSlotQueue();
  const closing = new AbortController();
  let nextSlotAt = Number.NEGATIVE_INFINITY;
  let isPumping = false;

  const pump = async () => {
    isPumping = true;
    nextSlotAt = Math.max(nextSlotAt, clock.monotonic()); // a slot that nobody took is gone
    while (queue.size > 0) {
      const now = clock.monotonic();
      const slotAt = Math.max(nextSlotAt, control.opensAt());
      if (slotAt > now) {
        await clock.sleep(slotAt - now, closing.signal);
      } else if (queue.grant()) {
        nextSlotAt = Math.max(slotAt, now - CATCH_UP_MS) + control.interval();
      }
    }
    isPumping = false;
  };

  return {
    take(_lane, signal) {
      const granted = queue.wait(signal);
      // The pump fails by `close` only, and then every waiter has been told.
      if (!isPumping) pump().catch(() => {});
      return granted;
    },
    report: control.report,
    state: control.state,
    async close() {
      queue.close();
      closing.abort();
    },
  };
}
