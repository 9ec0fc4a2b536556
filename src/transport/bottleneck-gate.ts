import Bottleneck from 'bottleneck';
import type { Gate } from './gate.ts';
import { createGateControl, type GateOptions } from './gate-control.ts';
import { Pacer } from './pacer.ts';
import { createSlotQueue } from './slot-queue.ts';

/** A job of Bottleneck costs about 0.6 ms of CPU, so one job grants all slots of this time. */
const TICK_MS = 200;
const ONE_TICK = { maxConcurrent: 1, minTime: TICK_MS };

/**
 * The gate of the shipped program. Bottleneck grants ticks of 200 ms, one at a time; the pacer spreads the
 * slots of a tick. At less than 5 requests per second a tick has one slot, and waits for it.
 * Other features of Bottleneck do not fit. Its reservoir stops working after a setting changes. Its retries
 * skip the limit. It starts at most 400 jobs per second, so that a job for each slot would be too slow.
 */
export function createBottleneckGate(options: GateOptions): Gate {
  const { clock } = options;
  const control = createGateControl(options);
  const queue = createSlotQueue();
  const closing = new AbortController();
  const pacer = new Pacer({ clock, control, queue, signal: closing.signal });
  let limiter = new Bottleneck(ONE_TICK);
  let tickedAt = clock.now();
  let tickEndsAt = Number.NEGATIVE_INFINITY;
  let isTickRequested = false;

  const grant = async () => {
    await pacer.grantUntil(() => tickEndsAt);
    if (queue.size > 0 && !pacer.isGranting) requestTick();
  };
  const runTick = async () => {
    isTickRequested = false;
    tickEndsAt = pacer.nextSlotAt() + TICK_MS;
    if (!pacer.isGranting) await grant();
  };
  // Bottleneck counts its pauses by the wall clock. If that is set back, it would wait as long as the clock
  // was set back.
  const limiterNow = () => {
    if (clock.now() < tickedAt) limiter = new Bottleneck(ONE_TICK);
    tickedAt = clock.now();
    return limiter;
  };
  const requestTick = () => {
    if (isTickRequested) return;
    isTickRequested = true;
    // After `close`, no request waits. Any other error is a bug, and must reject the waiting requests so that
    // they do not hang.
    limiterNow().schedule(runTick).catch(queue.fail);
  };

  return {
    take(signal) {
      const granted = queue.wait(signal);
      if (!pacer.isGranting) {
        if (clock.monotonic() < tickEndsAt) grant().catch(queue.fail);
        else requestTick();
      }
      return granted;
    },
    report: control.report,
    share: control.share,
    state: control.state,
    async close() {
      queue.close();
      closing.abort();
      await limiter.stop({ dropWaitingJobs: true });
    },
  };
}
