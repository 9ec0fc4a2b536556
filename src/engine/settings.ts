const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Whether what a step made is worked on before more is made. */
export interface ResultsFirst {
  /** False only where a test shows what it is for. */
  readonly isOn: boolean;
  /** No more is made while a result has waited longer for the steps that work on it, ms. */
  readonly patienceMs: number;
}

/** How the engine works; none of it changes what a run does. */
export interface EngineSettings {
  /** Requests at once. */
  readonly concurrency: number;
  /** Attempts an item gets at a step before it is given up. */
  readonly maxAttempts: number;
  /**
   * How long after a send its effect may still come to light, ms (guarantees W7): write margin 1 s,
   * deadline 30 s, server lag 30 s, index lag 15 s, rounded up.
   */
  readonly settleMs: number;
  /** Pages listed longer ago than this are listed again before a destructive request, ms. */
  readonly recheckAfterMs: number;
  readonly resultsFirst: ResultsFirst;
}

/** What holds where neither the job nor the user says otherwise. */
export const DEFAULT_SETTINGS: EngineSettings = {
  concurrency: 8,
  maxAttempts: 8,
  settleMs: 90 * SECOND,
  recheckAfterMs: 10 * MINUTE,
  // A result lives for 24 h: time enough to work on what waits, even at eleven requests a result.
  resultsFirst: { isOn: true, patienceMs: 2 * HOUR },
};
