import { type ClassifiedError, toFailure } from '../core/failure.ts';
import { type WaitEvent, WaitReporter } from '../core/wait.ts';
import type { Clock } from '../core/world.ts';
import type { Gate } from './gate.ts';
import { retryAfterText } from './retry-after.ts';
import type { TryLayer } from './send.ts';

const SLOW = 'slowed down by the service, which refuses almost everything (429)';
const MIN_REPORTED_CHANGE = 0.1; // smaller changes of the rate are not worth an event

/**
 * Runs a request at the rate limit: waits for its slot, sends it, and reports the result to the gate. The signal
 * cancels only the wait.
 */
export type Paced = <Result>(signal: AbortSignal, send: () => Promise<Result>) => Promise<Result>;

/** Waits for a slot before every try and reports every result to the gate, which adapts the rate. */
export function withGate(gate: Gate, clock: Clock, onEvent: TransportListener): TryLayer {
  const paced = paceBy(gate, clock, onEvent);
  return (next) => (attempt) => paced(attempt.request.signal, () => next(attempt));
}

/** Creates the function that runs requests at the limit of a gate. */
export function paceBy(gate: Gate, clock: Clock, onEvent: TransportListener): Paced {
  let reportedRate = gate.state().rate;
  const pause = new WaitReporter('gate', clock, onEvent);
  const reportRate = () => {
    const { rate } = gate.state();
    if (Math.abs(rate - reportedRate) < MIN_REPORTED_CHANGE * reportedRate) return;
    reportedRate = rate;
    onEvent({ kind: 'rate-changed', rate });
  };
  const reportFailure = (failure: ClassifiedError, sentAt: number) => {
    if (failure.kind === 'throttled') {
      const retryAfterMs = failure.retryAfterMs ?? 0;
      gate.report({ kind: 'throttled', sentAt, retryAfterMs });
      const { rate, closedForMs } = gate.state();
      onEvent({ kind: 'throttled', retryAfterMs, rate });
      if (closedForMs > 0) pause.begin(closedForMs, pauseOf(failure));
      else pause.begin(1000 / rate, { kind: 'throttled', reason: SLOW });
    } else {
      const isAccepted = failure.status !== undefined && failure.status < 500;
      gate.report({ kind: isAccepted ? 'accepted' : 'failed', sentAt });
    }
  };
  const takeSlot = async (signal: AbortSignal) => {
    try {
      await gate.take(signal);
      // Another 429 may have closed the gate again since this slot was granted.
      if (gate.state().closedForMs === 0) pause.end();
    } catch (error) {
      pause.end(); // the run is stopping
      throw error;
    }
  };
  return async (signal, send) => {
    await takeSlot(signal);
    const sentAt = clock.monotonic();
    gate.report({ kind: 'sent', sentAt });
    try {
      const response = await send();
      gate.report({ kind: 'accepted', sentAt });
      return response;
    } catch (error) {
      const failure = toFailure(error);
      reportFailure(failure, sentAt);
      throw failure;
    } finally {
      reportRate();
    }
  };
}

function pauseOf(failure: ClassifiedError): { kind: 'throttled'; reason: string } {
  const { status = 429 } = failure;
  const asked = retryAfterText(failure);
  const why = asked === null ? ' without Retry-After' : `, ${asked}`;
  return { kind: 'throttled', reason: `paused by the service (${status}${why})` };
}

/** The transport's part of the run's events. */
export type TransportEvent =
  | { readonly kind: 'throttled'; readonly retryAfterMs: number; readonly rate: number }
  | { readonly kind: 'rate-changed'; readonly rate: number }
  | { readonly kind: 'clock-skewed'; readonly offsetMs: number }
  /**
   * The commit of an intent took unusually long. `isTooSlow` is true if the request was not sent because of
   * that; it then gets a new intent. Each API emits this event at most once a minute.
   */
  | { readonly kind: 'disk-slow'; readonly commitMs: number; readonly isTooSlow: boolean }
  | WaitEvent;

/** Receives events; must not throw. */
export type TransportListener = (event: TransportEvent) => void;
