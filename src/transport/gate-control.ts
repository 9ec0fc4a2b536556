import type { Clock, Random } from '../core/world.ts';
import type { Gate } from './gate.ts';
import { Latency } from './latency.ts';
import type { RateControl } from './rate-control.ts';
import { SHORT_PAUSE_MS } from './retry-after.ts';

const JITTER = 0.05; // random share of the pause, so that processes do not all continue at the same time

/** The parts of a gate. */
export interface GateOptions {
  readonly clock: Clock;
  readonly rate: RateControl;
  /** Random numbers for the jitter at the end of a pause; without them, a pause has no jitter. */
  readonly random?: Random;
}

/**
 * The parts that both implementations of the gate share: the pause after a 429, the interval between two
 * requests, and the counters.
 */
export interface GateControl extends Pick<Gate, 'report' | 'share' | 'state'> {
  /** Time of the monotonic clock at which the gate opens, ms. In the past if the gate is open. */
  opensAt(): number;
  /** Time between two requests, ms. */
  interval(): number;
}

/**
 * Creates the control of a gate (rate limiter). If the service asks for a pause of more than 2 s
 * (Retry-After), the gate stays closed for all requests.
 */
export function createGateControl({ clock, rate, random }: GateOptions): GateControl {
  const counts = { accepted: 0, throttled: 0 };
  const latency = new Latency();
  let opensAt = Number.NEGATIVE_INFINITY;
  const close = (waitMs: number, now: number) => {
    const jitter = waitMs * JITTER * (random?.() ?? 0);
    opensAt = Math.max(opensAt, now + waitMs + jitter);
  };
  return {
    report(feedback) {
      const { sentAt } = feedback;
      if (feedback.kind === 'sent') return latency.sent(sentAt);
      const now = clock.monotonic();
      latency.ended(sentAt, now);
      if (feedback.kind === 'failed') return;
      counts[feedback.kind] += 1;
      const request = { sentAt, now, latencyMs: latency.answeredMs };
      if (feedback.kind === 'accepted') return rate.accepted(request);
      const { retryAfterMs } = feedback;
      rate.throttled(request, retryAfterMs);
      if (retryAfterMs > SHORT_PAUSE_MS) close(retryAfterMs, now);
    },
    share: (share) => rate.share(share),
    state() {
      const now = clock.monotonic();
      return {
        rate: rate.limit(),
        isMeasured: rate.isMeasured(),
        closedForMs: Math.max(0, opensAt - now),
        neededInFlight: (rate.rate() * latency.expectedMs(now)) / 1000,
        ...counts,
      };
    },
    opensAt: () => opensAt,
    interval: () => 1000 / rate.rate(),
  };
}
