import type { PassedOver } from './passed-over.ts';
import type { Undecided } from './undecided.ts';

/** Counts of the entries of the source that did not become items. */
export interface Exclusions {
  /** Rows that repeat an earlier row with the same item. */
  readonly repeated: number;
  /**
   * Invalid rows of a list, and unreadable entries of a folder, that were skipped because the job allows
   * this.
   */
  readonly rejected: number;
  /** Files that were not selected because a field that the filter needs is unknown. */
  readonly undecided: Undecided;
  /**
   * Number of files by which the listing is shorter than the service's own count. 0 until the listing is
   * complete.
   */
  readonly unlisted: number;
  /** Entries of a folder that were skipped on purpose: files that match `exclude`, and links. */
  readonly passedOver: PassedOver;
  /**
   * Items that match, but that the plan of the run does not have. Absent if the run has no plan, or if it reads
   * only the files of its plan.
   */
  readonly newMatches?: number;
}
