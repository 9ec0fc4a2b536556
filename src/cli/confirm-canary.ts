import type { ConfirmAnswer } from '../core/consent.ts';
import { formatCounted } from '../core/counted.ts';
import type { CanaryQuestion } from '../run/run-request.ts';
import { type Asking, askNumber } from './ask-number.ts';
import { canaryText } from './canary-text.ts';
import type { Advice } from './command-advice.ts';

/**
 * Creates a function that shows the results of a canary and asks whether to continue. `yes` counts as an answer only
 * if an earlier process has shown the results, because otherwise nobody has looked at them.
 */
export function createConfirmCanary(
  facts: Asking & {
    readonly advice: Advice;
    /** True if the user passed `--yes` to a resume. */
    readonly yes: boolean;
  },
): (question: CanaryQuestion, signal?: AbortSignal) => Promise<ConfirmAnswer> {
  return async (question, signal) => {
    if (facts.yes && question.wasAsked) return 'yes';
    const { remaining, run } = question;
    return askNumber(facts, {
      words: facts.output.fit(canaryText(question)),
      number: remaining,
      again: `Type ${remaining} to continue with the other ${formatCounted(remaining, 'item')}, or no to decline the rest of this run:`,
      withoutTerminal: `There is no terminal to ask on. To continue: ${facts.advice.resume(run)} --yes`,
      signal,
    });
  };
}
