import type { Candidate } from '../../sources/source.ts';

/** The items of a plan. */
export interface PlannedItems {
  /**
   * `planned`: the plan has the entry. `new`: it does not. `changed`: the plan has an item with the same key,
   * whose columns in the list were different.
   */
  standing(candidate: Candidate): 'planned' | 'new' | 'changed';
  /**
   * Number of items that the source listed when the plan was made. Null if the run lists the source again and
   * counts them itself.
   */
  readonly listed: number | null;
}
