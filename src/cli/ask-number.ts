import type { ConfirmAnswer } from '../core/consent.ts';
import { anySignal } from './any-signal.ts';
import { askAnswer } from './ask-line.ts';
import type { Output } from './output.ts';
import type { Surroundings } from './surroundings.ts';

/** The terminal on which a run asks a question. */
export interface Asking {
  readonly output: Output;
  readonly ask: Surroundings['ask'];
  readonly stop: AbortSignal;
  /** Hides the progress display while the user reads the question and types. */
  readonly suspend: <Result>(ask: () => Promise<Result>) => Promise<Result>;
}

const MOST_LINES = 3;

/**
 * Asks a question to which the user agrees by typing a number. Only `no` and `n` mean no, because this answer declines a
 * run for ever. After any other text, asks again, at most three times. The question stays unanswered after the third
 * time, after the end of input, and without a terminal, where the function only prints `words` and `withoutTerminal`.
 */
export async function askNumber(
  { output, ask, stop, suspend }: Asking,
  question: {
    readonly words: string;
    readonly number: number;
    /** The last line of the question, which names the number. It is printed again after any other line. */
    readonly again: string;
    readonly withoutTerminal: string;
    /** Ends the question without an answer. */
    readonly signal: AbortSignal | undefined;
  },
): Promise<ConfirmAnswer> {
  const { words, number, again, withoutTerminal, signal } = question;
  if (ask === null) {
    output.warn(`${words}\n${withoutTerminal}`);
    return 'unanswered';
  }
  return suspend(async () => {
    const reply = await askAnswer(ask, {
      output,
      question: `${words}\n${again}`,
      again,
      read: (line) => readAnswer(line, number),
      signal: anySignal(stop, signal),
      lines: MOST_LINES,
    });
    if (reply.kind === 'answer') return reply.answer;
    if (reply.kind !== 'nobody') output.warn(NOT_CONFIRMED[reply.kind]);
    return 'unanswered';
  });
}

const NOT_CONFIRMED = {
  'end-of-input': 'Not confirmed: the terminal was closed before an answer.',
  'no-answer': `Not confirmed: none of ${MOST_LINES} lines was an answer.`,
} as const;

function readAnswer(line: string, number: number): 'yes' | 'no' | null {
  if (line.replaceAll(/[,_ ]/g, '') === String(number)) return 'yes';
  return /^no?$/i.test(line) ? 'no' : null;
}
