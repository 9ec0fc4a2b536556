import type { Gate } from './gate.ts';
import { createGateControl, type GateOptions } from './gate-pause.ts';
import { createSlotQueue } from './slot-queue.ts';

const CATCH_UP_MS = 50; // to make up for a longer delay would cause a burst

/** A gate that works with any clock. The simulation, which has its own time, uses it. */
export function createPacerGate(options: GateOptions): Gate {
  const { clock } = options;
  const control = createGateControl(options);
  const queue = createSlotQueue();
  const closing = new AbortController();
  let nextSlotAt = Number.NEGATIVE_INFINITY;
  let isPumping = false;

  const pump = async () => {
    isPumping = true;
    try {
      nextSlotAt = Math.max(nextSlotAt, clock.monotonic()); // unused slots expire
      while (queue.size > 0) {
        const now = clock.monotonic();
        const slotAt = Math.max(nextSlotAt, control.opensAt());
        if (slotAt > now) {
          await clock.sleep(slotAt - now, closing.signal);
        } else {
          nextSlotAt = Math.max(slotAt, now - CATCH_UP_MS) + control.interval();
          queue.grant();
        }
      }
    } finally {
      isPumping = false;
    }
  };

  return {
    take(signal) {
      const granted = queue.wait(signal);
      // After `close`, no request waits, and the error can be ignored. Any other error is a bug. It rejects
      // the waiting requests, which would otherwise wait for ever.
      if (!isPumping) pump().catch(queue.fail);
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
