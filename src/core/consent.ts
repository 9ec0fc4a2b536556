import type { EffectCount } from './effect-count.ts';

/**
 * The user's answer to the question before a run deletes or pays. After `no`, the run is declined and can't
 * be resumed. `unanswered`: nobody answered. The run then stops, and a resume asks again.
 */
export type ConfirmAnswer = 'yes' | 'no' | 'unanswered';

/** The question before a run deletes or pays. */
export interface ConsentQuestion {
  /** The number of deletes and payments of each operation. */
  readonly effects: readonly EffectCount[];
  /** Number of selected items. */
  readonly items: number;
}
