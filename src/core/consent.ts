import type { EffectCount } from './effect-count.ts';

/**
 * The answer to the question before a run deletes or pays. `no` is final: the run ends as declined.
 * `unanswered` means that nobody could be asked: the run stops, and a resume asks again.
 */
export type ConfirmAnswer = 'yes' | 'no' | 'unanswered';

/** The question before a run deletes or pays. */
export interface ConsentQuestion {
  /** All effects that can't be undone or are paid for. */
  readonly effects: readonly EffectCount[];
  /** Number of selected items. */
  readonly items: number;
}
