import type { Clock, Random } from '../core/world.ts';
import type { RateControl } from './adaptive-rate.ts';
import type { GateFeedback, GateState } from './gate.ts';

const JITTER = 0.05; // random share of the pause, so that processes do not all continue at the same time
const RAMP_FROM = 0.25; // share of the normal rate at which a gate starts after a pause
const MAX_RAMP_MS = 5000;

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
export interface GateControl {
  report(feedback: GateFeedback): void;
  state(): GateState;
  /** Time of the monotonic clock at which the gate opens, ms. In the past if the gate is open. */
  opensAt(): number;
  /** Time between two requests, ms. */
  interval(): number;
}

/**
 * Creates the control of a gate (rate limiter). If the service asks for a pause (Retry-After), the gate stays
 * closed for all requests. After that, it raises the rate slowly.
 */
export function createGateControl({ clock, rate, random }: GateOptions): GateControl {
  const counts = { accepted: 0, throttled: 0 };
  let opensAt = Number.NEGATIVE_INFINITY;
  let rampMs = 0;
  const close = (waitMs: number, now: number) => {
    const jitter = waitMs * JITTER * (random?.() ?? 0);
    opensAt = Math.max(opensAt, now + waitMs + jitter);
    rampMs = Math.min(MAX_RAMP_MS, waitMs);
  };
  return {
    report(feedback) {
      const now = clock.monotonic();
      counts[feedback.kind] += 1;
      if (feedback.kind === 'accepted') return rate.accepted(feedback.sentAt);
      rate.throttled(feedback.sentAt, now);
      close(feedback.retryAfterMs, now);
    },
    state: () => ({
      rate: rate.rate(),
      closedForMs: Math.max(0, opensAt - clock.monotonic()),
      ...counts,
    }),
    opensAt: () => opensAt,
    interval() {
      const openFor = clock.monotonic() - opensAt;
      const share = openFor >= rampMs ? 1 : RAMP_FROM + (1 - RAMP_FROM) * (openFor / rampMs);
      return 1000 / (rate.rate() * Math.max(RAMP_FROM, share));
    },
  };
}
