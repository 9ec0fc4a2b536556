import type { Clock } from '../core/world.ts';
import { exitCodeForSignal } from './exit-code.ts';
import type { StopSignal, Surroundings } from './surroundings.ts';

/**
 * Tells a run to stop, in two stages. `drain` means: send no new request, and wait for the answers to sent
 * requests.
 */
export interface StopSignals {
  /** Aborts at the first signal. The run then sends no new request. */
  readonly drain: AbortSignal;
  /** Aborts at the second signal. The run then closes its connections without waiting for answers. */
  readonly abort: AbortSignal;
  /** Returns the first signal; null if there was none yet. */
  readonly received: () => StopSignal | null;
  close(): void;
}

/**
 * Functions that print a message: for the first signal, for the second, and if the second signal had no
 * effect for a few seconds.
 */
export interface StopMessages {
  readonly draining: () => void;
  readonly aborting: () => void;
  readonly hanging: () => void;
}

/**
 * Time for an abort, ms. It normally takes milliseconds. After this time, ucbulk ends the process, because
 * some work can't be aborted.
 */
const ABORT_PATIENCE_MS = 3000;

/**
 * Listens for signals until `close` is called. The first signal drains the run, the second aborts it, and the
 * third ends the process. If the abort has no effect, the process ends too. Saved work is never lost.
 */
export function listenForStop(
  { onSignal, exit, clock }: Pick<Surroundings, 'onSignal' | 'exit'> & { readonly clock: Clock },
  print: StopMessages,
): StopSignals {
  const drain = new AbortController();
  const abort = new AbortController();
  const closed = new AbortController();
  let first: StopSignal | null = null;
  const endIfHanging = async (code: number) => {
    await clock.sleep(ABORT_PATIENCE_MS, closed.signal);
    print.hanging();
    exit(code);
  };
  const stopListening = onSignal((signal) => {
    if (first === null) {
      first = signal;
      print.draining();
      drain.abort();
    } else if (!abort.signal.aborted) {
      print.aborting();
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
