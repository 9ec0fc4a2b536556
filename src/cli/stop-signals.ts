import type { Clock } from '../core/world.ts';
import { exitCodeForSignal } from './exit-code.ts';
import type { StopSignal, Surroundings } from './surroundings.ts';

/** The ways to stop a run: drain it, abort it, or end the process. */
export interface StopSignals {
  /** Aborts on the first signal: the run sends nothing new. */
  readonly drain: AbortSignal;
  /** Aborts on the second signal: the run closes its sockets. */
  readonly abort: AbortSignal;
  /** The first signal; null if there was none. */
  readonly received: () => StopSignal | null;
  close(): void;
}

/** Messages for the first signal, for the second, and for a second one without effect. */
export interface StopMessages {
  readonly draining: () => void;
  readonly aborting: () => void;
  readonly hanging: () => void;
}

/** An abort takes milliseconds. If it takes longer, something hangs that can't be aborted. */
const ABORT_PATIENCE_MS = 3000;

/**
 * Listens until closed. The third signal ends the process; so does a second signal without effect.
 * Saved work is never lost.
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
