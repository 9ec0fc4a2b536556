import type { PassedOver } from './passed-over.ts';
import type { Undecided } from './undecided.ts';

/** Entries of the source that did not become items. */
export interface Exclusions {
  /** Rows that repeat an earlier item. Only the first row of an item counts. */
  readonly repeated: number;
  /** Invalid rows of a list and unreadable entries of a folder, if the job skips them. */
  readonly rejected: number;
  /** Files for which a condition could not be decided because a field is unknown. */
  readonly undecided: Undecided;
  /** Files that the service counts but did not list. It is 0 until the listing is complete. */
  readonly unlisted: number;
  /** Entries of a folder that were skipped on purpose: excluded files and links. */
  readonly passedOver: PassedOver;
}
