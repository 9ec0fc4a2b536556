import { type ExitCode, exitCodeForSignal } from './exit-code.ts';
import type { StopSignal, Surroundings } from './surroundings.ts';

/**
 * Runs work that a person can stop with a signal. After a signal, the work removes its unfinished files
 * before it ends.
 */
export async function stoppable(
  { onSignal }: Pick<Surroundings, 'onSignal'>,
  work: (signal: AbortSignal) => Promise<ExitCode>,
): Promise<ExitCode> {
  const stop = new AbortController();
  let received: StopSignal | null = null;
  const close = onSignal((signal) => {
    received ??= signal;
    stop.abort();
  });
  try {
    return await work(stop.signal);
  } catch (error) {
    if (received === null || error !== stop.signal.reason) throw error;
    return exitCodeForSignal(received);
  } finally {
    close();
  }
}
