/** A comparison of a run with a new listing, after the run has done its work. */
export interface SweepResult {
  /** Number of the comparison, from 1. */
  readonly no: number;
  /** Server time, ms. */
  readonly at: number;
  /** Numbers of items, as in `ucbulk verify`. */
  readonly verified: number;
  readonly different: number;
  readonly notVerified: number;
  /** Items that can be done again: they differ, or have failed. */
  readonly leftOver: number;
  /** Items that the run does again because of this comparison. */
  readonly reopened: number;
}
