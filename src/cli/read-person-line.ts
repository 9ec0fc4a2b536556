import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** A person's reaction to a question. `nobody`: the run was stopped, or the terminal was closed. */
export type Reply =
  | { readonly kind: 'line'; readonly line: string }
  | { readonly kind: 'end-of-input' }
  | { readonly kind: 'nobody' };

/** A question to a person at the terminal. */
export interface PersonQuestion {
  /** Prints the question. `echoedLines`: number of lines that the terminal echoed before. */
  readonly print: (echoedLines: number) => void;
  /** Stops waiting for the answer. */
  readonly signal: AbortSignal;
}

/** A terminal that a person types in. */
export interface PersonInput {
  readonly input: Readable & { setRawMode?(raw: boolean): unknown };
  /** True if the terminal was closed. */
  readonly isGone: () => boolean;
  /** Waits until the process has looked for input once more. */
  readonly tick: () => Promise<void>;
  /** Called for Ctrl-C in raw mode, in which the terminal does not send the signal itself. */
  readonly interrupt: () => void;
}

const NOBODY: Reply = { kind: 'nobody' };
const INTERRUPT = '\u0003';
/** The process always looks for input between two ticks; the third tick is a margin. */
const QUIET_TICKS = 3;

/**
 * Prints a question and reads one line. Discards everything that was typed before the question: it
 * can't be the answer.
 */
export async function askPerson(
  { print, signal }: PersonQuestion,
  person: PersonInput,
): Promise<Reply> {
  const echoedLines = await discardTyped(person);
  if (signal.aborted || person.input.destroyed) return NOBODY;
  print(echoedLines);
  return readPersonLine(signal, person);
}

/**
 * Discards the input so far; returns the number of lines that the terminal echoed. Without raw mode,
 * a line without Enter would stay in the terminal.
 */
async function discardTyped({ input, tick, interrupt }: PersonInput): Promise<number> {
  let discarded = '';
  let quietTicks = 0;
  const discard = (chunk: Buffer | string) => {
    discarded += chunk.toString();
    quietTicks = 0;
  };
  // A terminal that is closed now ends the input; `readPersonLine` reports that.
  const ignore = () => undefined;
  input.on('error', ignore);
  input.setRawMode?.(true);
  input.on('data', discard);
  input.resume();
  while (quietTicks < QUIET_TICKS) {
    await tick();
    quietTicks += 1;
  }
  input.off('data', discard);
  input.pause();
  input.setRawMode?.(false);
  input.off('error', ignore);
  if (discarded.includes(INTERRUPT)) interrupt();
  return discarded.split('\n').length - 1;
}

/** Reads one line that a person types. */
function readPersonLine(signal: AbortSignal, { input, isGone }: PersonInput): Promise<Reply> {
  if (input.readableEnded) return Promise.resolve(endOfInput());
  // `terminal: false` leaves line editing and Ctrl-C to the terminal itself.
  const lines = createInterface({ input, terminal: false });
  return new Promise((resolve) => {
    const end = (reply: Reply) => {
      resolve(reply);
      signal.removeEventListener('abort', onAbort);
      lines.close();
      input.pause();
    };
    const onAbort = () => end(NOBODY);
    signal.addEventListener('abort', onAbort, { once: true });
    lines.once('line', (line) => end({ kind: 'line', line }));
    // `end` also causes this event, but the first result stays.
    lines.once('close', () => end(endOfInput()));
  });

  function endOfInput(): Reply {
    return signal.aborted || isGone() ? NOBODY : { kind: 'end-of-input' };
  }
}
