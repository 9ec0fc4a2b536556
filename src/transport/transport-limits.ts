/** Limits of one request. Times are in ms, sizes in bytes. */
export interface TransportLimits {
  /** Maximum duration of one try; a request may set its own. */
  readonly deadlineMs: number;
  /** Maximum size of an answer; the rest is not read. */
  readonly maxBytes: number;
  /** Maximum time between the intent and the socket write, including the commit of the intent (guarantees W6). */
  readonly writeMarginMs: number;
  /** Maximum number of tries of a read. Throttled and unsent tries do not count. */
  readonly maxTries: number;
  /** Time after which a request gives up if the service is unreachable. */
  readonly unreachableMs: number;
  /** Time after which a request gives up if the service keeps throttling it. */
  readonly throttledMs: number;
}

/**
 * The limits of the shipped program. The deadline and the write margin are parts of the settle time (guarantees
 * W7). The largest answer is a page with app data: about 10 MB.
 */
export const DEFAULT_LIMITS: TransportLimits = {
  deadlineMs: 30_000,
  maxBytes: 64 * 1024 * 1024,
  writeMarginMs: 12_000,
  maxTries: 8,
  unreachableMs: 120_000,
  throttledMs: Number.POSITIVE_INFINITY,
};
