import type { Clock, Random } from '../core/world.ts';
import type { RateControl } from './adaptive-rate.ts';
import type { GateFeedback, GateState } from './gate.ts';

const JITTER = 0.05; // share of the wait: several processes must not resume at the same instant
const RAMP_FROM = 0.25; // share of the rate at which a gate opens
const MAX_RAMP_MS = 5000;

/** The parts of a gate. */
export interface GateOptions {
  readonly clock: Clock;
  readonly rate: RateControl;
  /** Adds jitter to the end of a pause; if absent, there is none. */
  readonly random?: Random;
}

/**
 * The logic that both gates share: when the gate is closed, the interval between slots, and the
 * counters.
 */
export interface GateControl {
  report(feedback: GateFeedback): void;
  state(): GateState;
  /** Monotonic time at which the gate opens; in the past if it is open. */
  opensAt(): number;
  /** Time between two slots, ms. */
  interval(): number;
}

/** Closes the gate for everybody during a Retry-After, then raises the rate slowly. */
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
