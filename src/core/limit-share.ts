/** No rate is higher than this, requests per second: it could only be a mistake. */
export const HIGHEST_RATE = 10_000;

/** How runs share the limit of a project. */
export interface LimitShare {
  /** Number of runs. */
  readonly runs: number;
  /**
   * The part of the limit that this run's priority gives it, requests per second; null if it is not
   * known.
   */
  readonly fairRate: number | null;
  /** The rates of runs that have ended are free now. This is this run's part of them, requests per second. */
  readonly freedRate: number;
}
