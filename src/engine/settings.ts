const SECOND = 1000;
const HOUR = 60 * 60 * SECOND;

/**
 * Settings of a rule about steps that make results for later steps. While one of its results has waited too
 * long for a later step, a step must not make more results.
 */
export interface ResultsFirst {
  /** True by default. Tests turn the rule off to show that it is necessary. */
  readonly isOn: boolean;
  /** The step starts no more work while one of its results has waited longer than this, ms. */
  readonly patienceMs: number;
}

/** Settings of the engine. They change the time that a run takes, but not its result. */
export interface EngineSettings {
  /** Maximum number of attempts for each item at each step. */
  readonly maxAttempts: number;
  /**
   * The settle time: the time after a send in which its effect may still become visible, ms. It is the sum of
   * the pause between intent and send (12 s), the longest request (30 s), the service's lag (30 s) and the lag
   * of its index (15 s), rounded up (docs/guarantees.md, W7).
   */
  readonly settleMs: number;
  /** Before a delete, ucbulk lists the page of an item again if its last listing is older than this, ms. */
  readonly recheckAfterMs: number;
  readonly resultsFirst: ResultsFirst;
}

/** Default values of the settings. */
export const DEFAULT_SETTINGS: Omit<EngineSettings, 'recheckAfterMs'> = {
  maxAttempts: 8,
  settleMs: 90 * SECOND,
  // The service deletes an unstored result after 24 h. If a step made results for 2 h, the later step has 22
  // h to store them. This is eleven times as long, so it can send eleven requests per result.
  resultsFirst: { isOn: true, patienceMs: 2 * HOUR },
};
