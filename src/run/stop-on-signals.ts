import type { RunStop } from '../engine/run-stop.ts';
import type { RunContext } from './run-request.ts';

/** Stops the run when `drain` or `abort` aborts; returns a function that removes the listeners. */
export function stopOnSignals(
  { drain, abort, stoppedBy }: RunContext,
  runStop: RunStop,
): () => void {
  const stop = () => runStop.stop({ kind: 'user', by: stoppedBy?.() ?? null });
  const signals = [drain, abort];
  for (const signal of signals) {
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  }
  return () => {
    for (const signal of signals) signal.removeEventListener('abort', stop);
  };
}
