import type { Gate } from './gate.ts';
import { createGateControl, type GateOptions } from './gate-control.ts';
import { Pacer } from './pacer.ts';
import { createSlotQueue } from './slot-queue.ts';

const FOREVER = () => Number.POSITIVE_INFINITY;

/** A gate that works with any clock. The simulation, which has its own time, uses it. */
export function createPacerGate(options: GateOptions): Gate {
  const control = createGateControl(options);
  const queue = createSlotQueue();
  const closing = new AbortController();
  const { signal } = closing;
  const pacer = new Pacer({ clock: options.clock, control, queue, signal });

  return {
    take(signal) {
      const granted = queue.wait(signal);
      // After `close`, no request waits. Any other error is a bug, and must reject the waiting requests so
      // that they do not hang.
      if (!pacer.isGranting) pacer.grantUntil(FOREVER).catch(queue.fail);
      return granted;
    },
    report: control.report,
    share: control.share,
    state: control.state,
    async close() {
      queue.close();
      closing.abort();
    },
  };
}
