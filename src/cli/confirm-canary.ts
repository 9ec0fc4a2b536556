import type { ConfirmAnswer } from '../core/consent.ts';
import { formatCounted } from '../core/counted.ts';
import { plainText } from '../progress/terminal-text.ts';
import type { CanaryQuestion } from '../run/run-request.ts';
import { anySignal } from './any-signal.ts';
import { askLine } from './ask-line.ts';
import { canaryText } from './canary-text.ts';
import type { Advice } from './command-advice.ts';
import type { Output } from './output.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Creates a function that shows the results of a canary and asks whether to continue. `yes` counts as an answer only
 * if an earlier process has shown the results, because otherwise nobody has looked at them.
 */
export function createConfirmCanary(facts: {
  readonly output: Output;
  readonly advice: Advice;
  readonly ask: Surroundings['ask'];
  /** True if the user passed `--yes` to a resume. */
  readonly yes: boolean;
  readonly stop: AbortSignal;
  /** Hides the progress display while the user reads the question and types. */
  readonly suspend: <Result>(ask: () => Promise<Result>) => Promise<Result>;
}): (question: CanaryQuestion, signal?: AbortSignal) => Promise<ConfirmAnswer> {
  const { output, advice, ask } = facts;
  return async (question, signal) => {
    if (facts.yes && question.wasAsked) return 'yes';
    const words = output.fit(canaryText(question));
    if (ask === null) {
      output.warn(
        `${words}\nThere is no terminal to ask on. To continue: ${advice.resume(question.run)} --yes`,
      );
      return 'unanswered';
    }
    return facts.suspend(async () => {
      const again = `Type ${question.held} to continue with the other ${formatCounted(question.held, 'item')}, or no to decline the rest of this run:`;
      const reply = await askLine(ask, {
        output,
        question: `${words}\n${again}`,
        again,
        signal: anySignal(facts.stop, signal),
      });
      if (reply.kind === 'nobody') return 'unanswered';
      if (reply.kind === 'end-of-input') return 'no';
      if (reply.line.replaceAll(/[,_ ]/g, '') === String(question.held)) return 'yes';
      output.warn(
        `The answer "${plainText(reply.line)}" is not ${question.held}: it counts as no.`,
      );
      return 'no';
    });
  };
}
