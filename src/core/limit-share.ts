/** How runs share the limit of a project. */
export interface LimitShare {
  /** Number of runs. */
  readonly runs: number;
  /** The equal part of the limit for each run, requests per second; null if it is not known. */
  readonly fairRate: number | null;
  /** This run's part of the rates of runs that ended, requests per second. */
  readonly freedRate: number;
}
