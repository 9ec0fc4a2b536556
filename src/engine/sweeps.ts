import type { SweepResult } from '../core/sweep-result.ts';

/** Items of one step that a sweep may do again. */
export interface SweepItems {
  readonly step: number;
  readonly seqs: readonly number[];
}

/** The result of a comparison of the run with a new listing. */
export interface SweepFinding extends Pick<SweepResult, 'verified' | 'different' | 'notVerified'> {
  /** Items that are done, but whose effect is missing. */
  readonly undone: readonly SweepItems[];
  /** Items that failed and may be retried. */
  readonly failed: readonly SweepItems[];
}

/** The sweeps of a run. */
export interface Sweeps {
  /** Maximum number of times that the run does items again. */
  readonly limit: number;
  /** Lists the projects of the run again, and compares the effects of the run. Changes nothing. */
  compare(): Promise<SweepFinding>;
}
