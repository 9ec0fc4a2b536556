import type { Output } from './output.ts';
import type { Reply } from './read-person-line.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Asks a person for a line until it is not empty, so Enter alone can't count as an answer. Returns the line
 * without spaces at its ends.
 */
export async function askLine(
  ask: NonNullable<Surroundings['ask']>,
  facts: {
    readonly output: Pick<Output, 'warn' | 'screen'>;
    readonly question: string;
    /** The question to print after an empty line. */
    readonly again: string;
    readonly signal: AbortSignal;
  },
): Promise<Reply> {
  const { output, signal } = facts;
  for (let question = facts.question; ; question = facts.again) {
    const reply = await ask({
      signal,
      print(echoedLines) {
        output.screen.eraseEchoed(echoedLines);
        output.warn(question);
      },
    });
    if (reply.kind !== 'line') return reply;
    const line = reply.line.trim();
    if (line !== '') return { kind: 'line', line };
  }
}
