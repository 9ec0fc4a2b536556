/**
 * The rate limiter for all requests with the same API and public key. Each request must wait for a slot (its
 * turn) before it is sent. A 429 for one request slows down all of them.
 */
export interface Gate {
  /** Waits until a request may be sent. Rejects with a canceled failure when the signal aborts. */
  take(signal: AbortSignal): Promise<void>;
  /** Records the result of a request that had a slot. The rate depends on nothing else. */
  report(feedback: GateFeedback): void;
  /** The current state of the gate, for the display of the progress and for the catalog. */
  state(): GateState;
  /** Releases timers. `take` must not be called afterwards. */
  close(): Promise<void>;
}

/**
 * The facts that the rate control needs about the result of a request. `sentAt` is a time of the monotonic
 * clock.
 */
export type GateFeedback =
  | { readonly kind: 'accepted'; readonly sentAt: number }
  | { readonly kind: 'throttled'; readonly sentAt: number; readonly retryAfterMs: number };

/** The gate's state as progress shows it. */
export interface GateState {
  /** Requests per second. */
  readonly rate: number;
  /** Time until the gate opens, by the wall clock, ms; 0 if it is open. */
  readonly closedForMs: number;
  readonly accepted: number;
  readonly throttled: number;
}
