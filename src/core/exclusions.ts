import type { PassedOver } from './passed-over.ts';
import type { Undecided } from './undecided.ts';

/** Entries of the source that did not become items. */
export interface Exclusions {
  /** Rows that repeat an item. Only the first row of an item counts. */
  readonly repeated: number;
  /** Bad rows of a list and unreadable entries of a folder, skipped as the job asks. */
  readonly rejected: number;
  /** Files that a condition could not decide because a field is unknown. */
  readonly undecided: Undecided;
  /** Files that the service counts but did not list; 0 until the listing is complete. */
  readonly unlisted: number;
  /** Entries of a folder that were skipped: junk and links. */
  readonly passedOver: PassedOver;
}
