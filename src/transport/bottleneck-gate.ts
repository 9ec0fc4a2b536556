import Bottleneck from 'bottleneck';
import type { Gate } from './gate.ts';
import { createGateControl, type GateControl, type GateOptions } from './gate-pause.ts';
import { createSlotQueue } from './slot-queue.ts';

const MIN_APPLIED_CHANGE = 0.01; // 1 %; `updateSettings` is slow, because it visits the whole queue

/**
 * The gate of the shipped program. It uses the package Bottleneck only to start one request at a time, with
 * the pause `minTime` between two starts. Other features of Bottleneck do not fit: its reservoir stops
 * working after a setting changes, and its retries ignore the limit. A gate that closes must also stop
 * requests that are already queued, which needs a concurrency of one.
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
      requestedSlots -= 1; // before the grant, because the caller may call `take` at once
    }
    queue.grant();
    // Bottleneck measures `minTime` from the start of this task, which was before the gate opened. So wait
    // for one more interval.
    if (wasClosed) await clock.sleep(control.interval(), closing.signal);
  };
  const closedFor = () => control.opensAt() - clock.monotonic();
  const requestSlot = () => {
    requestedSlots += 1;
    // After `close`, no request waits, and the error can be ignored. Any other error is a bug. It rejects the
    // waiting requests, which would otherwise wait for ever.
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

/** Changes Bottleneck's `minTime` when the interval of the gate control changes. */
function followInterval(limiter: Bottleneck, control: GateControl): () => void {
  let minTime = control.interval();
  return () => {
    const interval = control.interval();
    if (Math.abs(interval - minTime) < MIN_APPLIED_CHANGE * minTime) return;
    minTime = interval;
    void limiter.updateSettings({ minTime }); // not awaited: it changes local state only
  };
}
