import { plainText } from '../progress/terminal-text.ts';
import type { Output } from './output.ts';
import type { Reply } from './read-person-line.ts';
import type { Surroundings } from './surroundings.ts';

/** The answer of a person, or the reason why there is none. */
type Answered<Answer> =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'no-answer' }
  | Exclude<Reply, { readonly kind: 'line' }>;

/**
 * Asks a person until the line is one of the answers. So neither Enter alone nor a mistyped word counts as an
 * answer. `read` gets the line without spaces at its ends, and returns null if it is no answer. Stops asking after
 * `lines` lines that are no answer.
 */
export async function askAnswer<Answer>(
  ask: NonNullable<Surroundings['ask']>,
  facts: {
    readonly output: Pick<Output, 'warn' | 'screen'>;
    readonly question: string;
    /** The question to print after a line that is no answer. */
    readonly again: string;
    readonly read: (line: string) => Answer | null;
    readonly signal: AbortSignal;
    readonly lines?: number;
  },
): Promise<Answered<Answer>> {
  const { output, signal, read, again, lines = Infinity } = facts;
  let { question } = facts;
  for (let left = lines; left > 0; left -= 1) {
    const reply = await ask({
      signal,
      print(echoedLines) {
        output.screen.eraseEchoed(echoedLines);
        output.warn(question);
      },
    });
    if (reply.kind !== 'line') return reply;
    const line = reply.line.trim();
    const answer = read(line);
    if (answer !== null) return { kind: 'answer', answer };
    question =
      line === '' ? again : `"${plainText(line.slice(0, 80))}" is no answer here. ${again}`;
  }
  return { kind: 'no-answer' };
}
