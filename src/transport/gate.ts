/**
 * Grants slots to all requests with the same API origin and public key. Every request needs a slot, and a 429
 * for one request slows down all requests.
 */
export interface Gate {
  /** Waits for a slot; rejects with a canceled failure when the signal aborts. */
  take(signal: AbortSignal): Promise<void>;
  /** Records the result of a request that had a slot. The rate control has no other input. */
  report(feedback: GateFeedback): void;
  /** The gate's current state, for progress and the catalog. */
  state(): GateState;
  /** Releases timers. `take` must not be called afterwards. */
  close(): Promise<void>;
}

/** The result of a request as the rate control needs it. `sentAt` is on the monotonic clock. */
export type GateFeedback =
  | { readonly kind: 'accepted'; readonly sentAt: number }
  | { readonly kind: 'throttled'; readonly sentAt: number; readonly retryAfterMs: number };

/** The gate's state as progress shows it. */
export interface GateState {
  /** Requests per second. */
  readonly rate: number;
  /** Wall-clock time until the gate opens, ms; 0 if it is open. */
  readonly closedForMs: number;
  readonly accepted: number;
  readonly throttled: number;
}
