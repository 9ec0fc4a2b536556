import type { EffectCount } from './effect-count.ts';

/**
 * The answer to the question before a run deletes or pays. A `no` is final: the run ends as
 * declined. `unanswered`: nobody could be asked. The run stops, and a resume asks again.
 */
export type ConfirmAnswer = 'yes' | 'no' | 'unanswered';

/** The question before a run deletes or pays. */
export interface ConsentQuestion {
  /** Everything that cannot be undone or is paid for. */
  readonly effects: readonly EffectCount[];
  /** Selected items. */
  readonly items: number;
}
