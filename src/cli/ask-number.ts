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

/**
 * Asks a question to which the user agrees by typing a number. `no`, `n` and the end of input mean no. After any
 * other text, asks again: a mistyped number must not decline a run for ever. Without a terminal, prints `words`
 * and `withoutTerminal`, and the question stays unanswered.
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
    });
    if (reply.kind === 'nobody') return 'unanswered';
    return reply.kind === 'answer' ? reply.answer : 'no';
  });
}

function readAnswer(line: string, number: number): 'yes' | 'no' | null {
  if (line.replaceAll(/[,_ ]/g, '') === String(number)) return 'yes';
  return /^no?$/i.test(line) ? 'no' : null;
}
