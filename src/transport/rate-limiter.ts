import Bottleneck from 'bottleneck';
import type { Gate } from './gate.ts';
import { createGateControl, type GateControl, type GateOptions } from './gate-control.ts';
import { createSlotQueue } from './slot-queue.ts';

const TOLD_CHANGE = 0.01; // `updateSettings` walks Bottleneck's queue: not for less than 1 %

/**
 * The gate of the shipped program. Bottleneck only hands out slots, by `minTime` and one at a
 * time: its reservoir dies with the first change of a setting, its own retries skip the limit, and
 * only a limit of one lets a closed gate hold those who already queue.
 */
export function createBottleneckGate(options: GateOptions): Gate {
  const { clock } = options;
  const control = createGateControl(options);
  const queue = createSlotQueue();
  const closing = new AbortController();
  const limiter = new Bottleneck({ maxConcurrent: 1, minTime: control.interval() });
  const keepPace = followInterval(limiter, control);
  let slotsAsked = 0;

  const handOutSlot = async () => {
    let wasClosed = false;
    for (let wait = closedFor(); wait > 0; wait = closedFor()) {
      wasClosed = true;
      await clock.sleep(wait, closing.signal);
    }
    keepPace();
    slotsAsked -= 1; // before the grant: whoever gets it may come back at once and must ask anew
    queue.grant();
    // `minTime` runs since this slot began, which was before the gate opened.
    if (wasClosed) await clock.sleep(control.interval(), closing.signal);
  };
  const closedFor = () => control.opensAt() - clock.monotonic();
  const askForSlot = () => {
    slotsAsked += 1;
    return limiter.schedule(handOutSlot);
  };

  return {
    take(_lane, signal) {
      const granted = queue.wait(signal);
      // A slot fails by `close` only, and then every waiter has been told.
      if (slotsAsked < queue.size) askForSlot().catch(() => {});
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

/** Keeps Bottleneck's `minTime` at the interval the rate asks for. */
function followInterval(limiter: Bottleneck, control: GateControl): () => void {
  let minTime = control.interval();
  return () => {
    const interval = control.interval();
    if (Math.abs(interval - minTime) < TOLD_CHANGE * minTime) return;
    minTime = interval;
    void limiter.updateSettings({ minTime }); // settles by itself: it is local state only
  };
}
