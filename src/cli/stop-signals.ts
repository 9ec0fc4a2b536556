import type { Clock } from '../core/world.ts';
import { exitCodeForSignal } from './exit-code.ts';
import type { StopSignal, Surroundings } from './surroundings.ts';

/**
 * Tells a run to stop, in two stages: `drain`, then `abort`. In the stage `drain`, the run sends no new
 * request, but still waits for the answers to requests that it has sent.
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
 * Functions that print a message: `draining` after the first signal, `aborting` after the second, `hanging`
 * if the run has not ended a few seconds after the second.
 */
export interface StopMessages {
  readonly draining: () => void;
  readonly aborting: () => void;
  readonly hanging: () => void;
}

/**
 * Maximum time in ms between the second signal and the end of the run. An abort normally takes milliseconds,
 * but some work can't be aborted. After this time, ucbulk ends the process.
 */
const ABORT_PATIENCE_MS = 3000;

/**
 * Listens for signals until `close` is called. The first signal drains the run, the second aborts it, and the
 * third ends the process. The process also ends if the abort has no effect. Saved work is never lost.
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

/** Resolves when the process gets a signal that stops it. */
export function untilSignal({ onSignal }: Pick<Surroundings, 'onSignal'>): Promise<void> {
  return new Promise((resolve) => {
    const stopListening = onSignal(() => {
      stopListening();
      resolve();
    });
  });
}
