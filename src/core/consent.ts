import type { EffectCount } from './effect-count.ts';

/**
 * The user's answer to the question before a run deletes or pays. After `no`, the run is declined and can't
 * be resumed. `unanswered`: nobody could be asked. The run then stops, and a resume asks again.
 */
export type ConfirmAnswer = 'yes' | 'no' | 'unanswered';

/** The beginning of the reason why a run stopped if nobody answered its question about deletes and payments. */
export const NOT_CONFIRMED = 'Not confirmed:';
/** The end of the reason why a run stopped after its canary, if nobody answered whether to continue. */
export const CONTINUE_AFTER_CANARY = 'or continue with --yes.';

/** True if a run stopped because nobody answered its question. `ucbulk resume RUN --yes` then answers it. */
export function waitsForAnswer(stopReason: string): boolean {
  return stopReason.startsWith(NOT_CONFIRMED) || stopReason.endsWith(CONTINUE_AFTER_CANARY);
}

/** The question before a run deletes or pays. */
export interface ConsentQuestion {
  /** The number of deletes and payments of each operation. */
  readonly effects: readonly EffectCount[];
  /** Number of selected items. */
  readonly items: number;
}
