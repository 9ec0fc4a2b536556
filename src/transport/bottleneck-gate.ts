import Bottleneck from 'bottleneck';
import type { Gate } from './gate.ts';
import { createGateControl, type GateControl, type GateOptions } from './gate-pause.ts';
import { createSlotQueue } from './slot-queue.ts';

const MIN_APPLIED_CHANGE = 0.01; // 1 %: `updateSettings` walks Bottleneck's whole queue

/**
 * The gate of the shipped program. Bottleneck only grants slots, with `minTime` between them and
 * one at a time. Its reservoir stops working at the first change of a setting, its retries skip the
 * limit, and only a concurrency of one lets a closed gate hold requests that already queue.
 */
export function createBottleneckGate(options: GateOptions): Gate {
  const { clock } = options;
  const control = createGateControl(options);
  const queue = createSlotQueue();
  const closing = new AbortController();
  const limiter = new Bottleneck({ maxConcurrent: 1, minTime: control.interval() });
  const keepPace = followInterval(limiter, control);
  let requestedSlots = 0;

  const grantSlot = async () => {
    let wasClosed = false;
    try {
      for (let wait = closedFor(); wait > 0; wait = closedFor()) {
        wasClosed = true;
        await clock.sleep(wait, closing.signal);
      }
      keepPace();
    } finally {
      requestedSlots -= 1; // before the grant: the caller may `take` again at once
    }
    queue.grant();
    // `minTime` counts from the start of this slot, which was before the gate opened.
    if (wasClosed) await clock.sleep(control.interval(), closing.signal);
  };
  const closedFor = () => control.opensAt() - clock.monotonic();
  const requestSlot = () => {
    requestedSlots += 1;
    // After `close`, no request waits any more. Any other error is a bug: its waiters must not hang.
    limiter.schedule(grantSlot).catch(queue.fail);
  };

  return {
    take(signal) {
      const granted = queue.wait(signal);
      if (requestedSlots < queue.size) requestSlot();
      return granted;
    },
    report(feedback) {
      control.report(feedback);
      keepPace();
    },
    state: control.state,
    async close() {
      queue.close();
      closing.abort();
      await limiter.stop({ dropWaitingJobs: true });
    },
  };
}

/** Keeps Bottleneck's `minTime` equal to the control's interval. */
function followInterval(limiter: Bottleneck, control: GateControl): () => void {
  let minTime = control.interval();
  return () => {
    const interval = control.interval();
    if (Math.abs(interval - minTime) < MIN_APPLIED_CHANGE * minTime) return;
    minTime = interval;
    void limiter.updateSettings({ minTime }); // not awaited: it changes local state only
  };
}
