import { resolve } from 'node:path';
import type { RunContext } from './run-request.ts';

/** What only the caller can know, and whatever else differs from the defaults. */
export type RunContextOptions = Pick<RunContext, 'world' | 'connection' | 'stateDirectory'> &
  Partial<RunContext>;

/**
 * A run's context for a program of one's own: silent, never stopped, and with nobody to ask: a run
 * that deletes or pays stops before it does, and can be resumed. A relative state directory is
 * below the working directory.
 */
export function createRunContext(options: RunContextOptions): RunContext {
  const never = new AbortController().signal;
  return {
    listener: () => undefined,
    log: () => undefined,
    confirm: async () => 'unanswered',
    drain: never,
    abort: never,
    ...options,
    stateDirectory: resolve(options.stateDirectory),
  };
}
