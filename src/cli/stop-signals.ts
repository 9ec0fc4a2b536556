import type { Clock } from '../core/world.ts';
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

/** What the user is told at the first signal, the second, and where the second was not enough. */
export interface StopWords {
  readonly draining: () => void;
  readonly aborting: () => void;
  readonly hanging: () => void;
}

/** Cutting off takes milliseconds; what takes longer hangs where nothing can be cut off. */
const ABORT_PATIENCE_MS = 3000;

/**
 * Listens until closed; the third signal ends the process, as does a second one that has no
 * effect. What is durable stays so each time.
 */
export function listenForStop(
  { onSignal, exit, clock }: Pick<Surroundings, 'onSignal' | 'exit'> & { readonly clock: Clock },
  say: StopWords,
): StopSignals {
  const drain = new AbortController();
  const abort = new AbortController();
  const closed = new AbortController();
  let first: StopSignal | null = null;
  const endIfHanging = async (code: number) => {
    await clock.sleep(ABORT_PATIENCE_MS, closed.signal);
    say.hanging();
    exit(code);
  };
  const stopListening = onSignal((signal) => {
    if (first === null) {
      first = signal;
      say.draining();
      drain.abort();
    } else if (!abort.signal.aborted) {
      say.aborting();
      abort.abort();
      endIfHanging(exitCodeForSignal(first)).catch(() => undefined);
    } else {
      exit(exitCodeForSignal(first));
    }
  });
  return {
    drain: drain.signal,
    abort: abort.signal,
    received: () => first,
    close() {
      stopListening();
      closed.abort();
    },
  };
}
