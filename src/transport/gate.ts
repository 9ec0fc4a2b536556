import type { LimitShare } from '../core/limit-share.ts';

/**
 * The rate limiter for all requests with the same API and public key. Each request must wait for a slot (its
 * turn) before it is sent. A 429 for one request slows down all of them.
 */
export interface Gate {
  /** Waits until a request may be sent. Rejects with a canceled failure when the signal aborts. */
  take(signal: AbortSignal): Promise<void>;
  /**
   * Records the life of a request that had a slot: first `sent`, then exactly one of the others. The rate
   * depends on nothing else.
   */
  report(feedback: GateFeedback): void;
  /** Divides the limit between the runs that share it. */
  share(share: LimitShare): void;
  /** The current state of the gate, for the display of the progress and for the catalog. */
  state(): GateState;
  /** Releases timers. `take` must not be called afterwards. */
  close(): Promise<void>;
}

/**
 * A step in the life of a request. `sentAt` is a time of the monotonic clock, ms. `failed` says nothing about the
 * limit: the connection was lost, or the service had an error.
 */
export type GateFeedback =
  | { readonly kind: 'sent'; readonly sentAt: number }
  | { readonly kind: 'accepted'; readonly sentAt: number }
  | { readonly kind: 'failed'; readonly sentAt: number }
  | { readonly kind: 'throttled'; readonly sentAt: number; readonly retryAfterMs: number };

/** The gate's state as progress shows it. */
export interface GateState {
  /** The limit of the service as far as it is known, requests per second. */
  readonly rate: number;
  /** True if the answers of this run showed the limit. False if `rate` is the rate at which the run began. */
  readonly isMeasured: boolean;
  /** Time until the gate opens, by the wall clock, ms; 0 if it is open. */
  readonly closedForMs: number;
  /** Requests in flight that are needed to use the whole limit: rate × latency. */
  readonly neededInFlight: number;
  readonly accepted: number;
  readonly throttled: number;
}
