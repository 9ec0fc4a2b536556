import type { Lane } from './send.ts';

/**
 * The one gate of a (API origin, public key): no request leaves without its slot, and one 429
 * slows everybody down.
 */
export interface Gate {
  /** Waits for a slot; rejects with a canceled failure when the signal aborts. */
  take(lane: Lane, signal: AbortSignal): Promise<void>;
  /** Tells how a request that had a slot ended: the only input of the rate control. */
  report(feedback: GateFeedback): void;
  /** What the gate is doing now, for progress and the catalog. */
  state(): GateState;
  /** Gives back timers; no `take` after it. */
  close(): Promise<void>;
}

/** How a request ended, as far as the rate is concerned. `sentAt` is on the monotonic clock. */
export type GateFeedback =
  | { readonly kind: 'accepted'; readonly sentAt: number }
  | { readonly kind: 'throttled'; readonly sentAt: number; readonly retryAfterMs: number };

/** The gate as progress shows it. */
export interface GateState {
  /** Requests a second. */
  readonly rate: number;
  /** Wall-clock ms left until the gate opens again; 0 where it is open. */
  readonly closedForMs: number;
  readonly accepted: number;
  readonly throttled: number;
}
