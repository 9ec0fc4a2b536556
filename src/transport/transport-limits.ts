/** Times are ms, sizes bytes. */
export interface TransportLimits {
  /** Total time of one try, unless the request names its own. */
  readonly deadlineMs: number;
  /** Larger answers are cut off. */
  readonly maxBytes: number;
  /** The longest pause between the durable intent and the socket write (guarantees W6). */
  readonly writeMarginMs: number;
  /** Tries of a read whose failures count; throttled and unsent ones do not. */
  readonly maxTries: number;
  /** How long a service that can't be reached is tried before the failure is given up. */
  readonly unreachableMs: number;
}

/** 30 s is part of the settle time (guarantees W7); a page with app data is some 10 MB. */
export const DEFAULT_LIMITS: TransportLimits = {
  deadlineMs: 30_000,
  maxBytes: 64 * 1024 * 1024,
  writeMarginMs: 1000,
  maxTries: 8,
  unreachableMs: 120_000,
};
