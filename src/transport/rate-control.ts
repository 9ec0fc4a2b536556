import type { LimitShare } from '../core/limit-share.ts';

/**
 * Adapts the request rate to the answers of the service. Times are monotonic ms; rates are requests per
 * second.
 */
export interface RateControl {
  /** The rate at which requests are sent now. It differs from the limit while the limit is tested. */
  rate(): number;
  /** The limit of the service as far as it is known. */
  limit(): number;
  /** True if the answers of this run showed the limit. False if it is the rate at which the run began. */
  isMeasured(): boolean;
  /** Records that the service accepted a request. */
  accepted(request: AnsweredRequest): void;
  /** Records that the service refused a request and asked for a pause. */
  throttled(request: AnsweredRequest, retryAfterMs: number): void;
  /** Divides the limit between the runs that share it. Called regularly while there are several. */
  share(share: LimitShare): void;
  /** Sets the user's maximum rate; Infinity removes it. `now`: monotonic ms. */
  limitTo(max: number, now: number): void;
}

/** A request and its answer. Monotonic ms. */
export interface AnsweredRequest {
  readonly sentAt: number;
  readonly now: number;
  /** How long requests are in flight now, on average. */
  readonly latencyMs: number;
}
