const SECOND = 1000;
const HOUR = 60 * 60 * SECOND;

/** Limits how long results of a step may wait before the step starts more work. */
export interface ResultsFirst {
  /** On by default. Tests turn this off to show why it exists. */
  readonly isOn: boolean;
  /** The step starts no more work while one of its results has waited longer than this, ms. */
  readonly patienceMs: number;
}

/** Settings of the engine. None of them changes the result of a run. */
export interface EngineSettings {
  /** Maximum number of requests in flight. */
  readonly concurrency: number;
  /** Maximum number of attempts for each item at each step. */
  readonly maxAttempts: number;
  /**
   * The time after a send in which its effect may still appear, ms (guarantees W7). It adds a write margin of
   * 1 s, a deadline of 30 s, a server lag of 30 s and an index lag of 15 s, and is rounded up.
   */
  readonly settleMs: number;
  /** Before a destructive request, pages that were listed longer ago than this are listed again, ms. */
  readonly recheckAfterMs: number;
  readonly resultsFirst: ResultsFirst;
}

/** The settings of a run that changes none. */
export const DEFAULT_SETTINGS: Omit<EngineSettings, 'recheckAfterMs'> = {
  concurrency: 8,
  maxAttempts: 8,
  settleMs: 90 * SECOND,
  // A result expires after 24 h. A patience of 2 h leaves enough time even if each result needs eleven
  // requests.
  resultsFirst: { isOn: true, patienceMs: 2 * HOUR },
};
