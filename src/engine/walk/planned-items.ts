import type { Candidate } from '../../sources/source.ts';

/** An entry of a page that the plan may have. */
export interface PlannedEntry {
  readonly standing: ReturnType<PlannedItems['standing']>;
  /** True if the plan does not have the entry, and it matches now. */
  readonly isMatch: boolean;
}

/** The items of a plan. */
export interface PlannedItems {
  /**
   * `planned`: the plan has the entry. `new`: it does not. `changed`: the plan has an item with the same key,
   * whose columns in the list were different.
   */
  standing(candidate: Candidate): 'planned' | 'new' | 'changed';
  /**
   * Counts the matches of a page that the plan would have if it were made now. If the plan has a limit, matches
   * beyond this limit do not count. Must be called once for each page, in order.
   */
  countNew(entries: readonly PlannedEntry[]): number;
  /**
   * Number of items that the source listed when the plan was made. Null if the run lists the source again and
   * counts them itself.
   */
  readonly listed: number | null;
}
