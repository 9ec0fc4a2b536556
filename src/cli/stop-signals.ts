import { exitCodeForSignal } from './exit-code.ts';
import type { StopSignal, Surroundings } from './surroundings.ts';

/** How the user stops a run: politely, at once, or by force. */
export interface StopSignals {
  /** Aborts on the first signal: nothing new is sent. */
  readonly drain: AbortSignal;
  /** Aborts on the second: sockets are closed. */
  readonly abort: AbortSignal;
  /** The first signal that came, if any. */
  readonly received: () => StopSignal | null;
  close(): void;
}

/** Listens until closed; the third signal ends the process. What is durable stays so each time. */
export function listenForStop(
  surroundings: Pick<Surroundings, 'onSignal' | 'exit'>,
  say: { readonly draining: () => void; readonly aborting: () => void },
): StopSignals {
  const drain = new AbortController();
  const abort = new AbortController();
  let first: StopSignal | null = null;
  const stopListening = surroundings.onSignal((signal) => {
    if (first === null) {
      first = signal;
      say.draining();
      drain.abort();
    } else if (!abort.signal.aborted) {
      say.aborting();
      abort.abort();
    } else {
      surroundings.exit(exitCodeForSignal(first));
    }
  });
  return {
    drain: drain.signal,
    abort: abort.signal,
    received: () => first,
    close: stopListening,
  };
}
