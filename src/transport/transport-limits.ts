/** Limits of one request. Times are ms, sizes bytes. */
export interface TransportLimits {
  /** Total time of one try, unless the request names its own. */
  readonly deadlineMs: number;
  /** Larger answers are cut off. */
  readonly maxBytes: number;
  /** Maximum time between the durable intent and the socket write (guarantees W6). */
  readonly writeMarginMs: number;
  /** Maximum number of tries of a read. Throttled and unsent tries do not count. */
  readonly maxTries: number;
  /** Time after which an unreachable service is given up. */
  readonly unreachableMs: number;
  /** Time after which a request that the service keeps throttling is given up. */
  readonly throttledMs: number;
}

/** 30 s is part of the settle time (guarantees W7). A page with app data has about 10 MB. */
export const DEFAULT_LIMITS: TransportLimits = {
  deadlineMs: 30_000,
  maxBytes: 64 * 1024 * 1024,
  writeMarginMs: 1000,
  maxTries: 8,
  unreachableMs: 120_000,
  throttledMs: Number.POSITIVE_INFINITY,
};
