import type { PassedOver } from './passed-over.ts';
import type { Undecided } from './undecided.ts';

/** Entries of the source that did not become items. */
export interface Exclusions {
  /** Rows that named an item again: the first of each counts, with its columns. */
  readonly repeated: number;
  /** Bad rows of a list, and what can't be read of a folder, left out as the job says. */
  readonly rejected: number;
  /** Files that no condition could decide, because a field that it needs is unknown. */
  readonly undecided: Undecided;
  /** Files that the service counts, but that its listing ended without; 0 while it lists. */
  readonly unlisted: number;
  /** Entries of a folder that were not taken. */
  readonly passedOver: PassedOver;
}
