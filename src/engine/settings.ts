const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Finishes the results of a step before the step makes more. */
export interface ResultsFirst {
  /** False only in a test that shows why it exists. */
  readonly isOn: boolean;
  /** A step makes no more while one of its results has waited longer than this, ms. */
  readonly patienceMs: number;
}

/** Settings of the engine. None of them changes the result of a run. */
export interface EngineSettings {
  /** Maximum number of requests in flight. */
  readonly concurrency: number;
  /** Maximum number of attempts for an item at a step. */
  readonly maxAttempts: number;
  /**
   * The time after a send in which its effect may still appear, ms (guarantees W7): write margin 1 s,
   * deadline 30 s, server lag 30 s, index lag 15 s, rounded up.
   */
  readonly settleMs: number;
  /** Pages listed longer ago than this are listed again before a destructive request, ms. */
  readonly recheckAfterMs: number;
  readonly resultsFirst: ResultsFirst;
}

/** The defaults. */
export const DEFAULT_SETTINGS: EngineSettings = {
  concurrency: 8,
  maxAttempts: 8,
  settleMs: 90 * SECOND,
  recheckAfterMs: 10 * MINUTE,
  // A result expires after 24 h. This leaves enough time even for eleven requests per result.
  resultsFirst: { isOn: true, patienceMs: 2 * HOUR },
};
