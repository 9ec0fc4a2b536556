import { resolve } from 'node:path';
import type { RunContext } from './run-request.ts';

/** The required parts of a run's context, and optional parts that replace defaults. */
export type RunContextOptions = Pick<RunContext, 'world' | 'connection' | 'stateDirectory'> &
  Partial<RunContext>;

/**
 * Creates the context of a run that your own program starts. By default the run logs nothing, can't be
 * stopped, and has nobody to ask. So it stops before it would delete or pay, and can be resumed. A relative
 * state directory is resolved against the working directory.
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
