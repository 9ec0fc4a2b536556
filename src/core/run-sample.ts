/** The process that works on a run. */
export interface RunProcess {
  /** Null if the program that uses ucbulk as a library did not name them. */
  readonly pid: number | null;
  readonly host: string | null;
  /** ms since 1970, by the machine's clock. */
  readonly startedAt: number;
}

/** The numbers of a run at one time. `requests` and the counts of items are sums over the whole run. */
export interface RunSample {
  /** ms since 1970, by the machine's clock. */
  readonly at: number;
  /** The limit of the service as far as it is known, requests per second. */
  readonly rate: number;
  readonly requests: number;
  readonly throttled: number;
  /** How long the gate stays closed, ms; 0 if it is open. */
  readonly closedMs: number;
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  readonly inDoubt: number;
  readonly waiting: number;
}
