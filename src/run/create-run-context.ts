import { resolve } from 'node:path';
import type { RunContext } from './run-request.ts';

/** The required parts of a run's context, and overrides of the defaults. */
export type RunContextOptions = Pick<RunContext, 'world' | 'connection' | 'stateDirectory'> &
  Partial<RunContext>;

/**
 * Creates a run's context for your own program: silent, never stopped, and with nobody to ask. A run
 * that would delete or pay stops before that, and can be resumed. A relative state directory is
 * resolved against the working directory.
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
