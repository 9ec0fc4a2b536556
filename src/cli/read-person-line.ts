import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** A person's reaction to a question. `nobody` means that the run was stopped or the terminal was closed. */
export type Reply =
  | { readonly kind: 'line'; readonly line: string }
  | { readonly kind: 'end-of-input' }
  | { readonly kind: 'nobody' };

/** A question to a person at the terminal. */
export interface PersonQuestion {
  /** Prints the question. `echoedLines` is the number of lines that the person typed before the question. */
  readonly print: (echoedLines: number) => void;
  /** Aborts when the program no longer needs the answer. */
  readonly signal: AbortSignal;
}

/** A terminal at which a person types. */
export interface PersonInput {
  readonly input: Readable & { setRawMode?(raw: boolean): unknown };
  /** True if the terminal was closed. */
  readonly isGone: () => boolean;
  /** Waits until the event loop of the process has checked once for input. */
  readonly tick: () => Promise<void>;
  /** Called when the person types Ctrl-C in raw mode. In raw mode the terminal does not send SIGINT. */
  readonly interrupt: () => void;
}

const NOBODY: Reply = { kind: 'nobody' };
const INTERRUPT = '\u0003';
/**
 * The number of `tick` calls without new input after which ucbulk assumes that all earlier input was read.
 * Two are enough: the event loop always checks for input between two ticks. The third is a margin.
 */
const QUIET_TICKS = 3;

/**
 * Prints a question and reads one line. Before that, discards everything that the person has already typed,
 * because it can't be the answer to this question.
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
 * Discards the input so far. Returns the number of lines that the terminal has shown for it. Uses raw mode,
 * because in normal mode the terminal would keep a line that does not end with Enter.
 */
async function discardTyped({ input, tick, interrupt }: PersonInput): Promise<number> {
  let discarded = '';
  let quietTicks = 0;
  const discard = (chunk: Buffer | string) => {
    discarded += chunk.toString();
    quietTicks = 0;
  };
  // An error now means that the terminal was closed, and the input ends. `readPersonLine` then reports this
  // end.
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
  // With `terminal: false`, Node leaves line editing and Ctrl-C to the terminal.
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
    // When `end` closes the input, this listener also runs. That changes nothing: a promise keeps its first
    // result.
    lines.once('close', () => end(endOfInput()));
  });

  function endOfInput(): Reply {
    return signal.aborted || isGone() ? NOBODY : { kind: 'end-of-input' };
  }
}
