import { resolve } from 'node:path';
import { errorMessage } from '../core/error-message.ts';
import type { RunListener } from '../engine/run-events.ts';
import { checkHooks } from './item-hooks.ts';
import type { RunContext } from './run-request.ts';

/** The parts of a run's context that have no default, and optional parts that replace a default. */
export type RunContextOptions = Pick<RunContext, 'world' | 'connection' | 'stateDirectory'> &
  Partial<RunContext>;

/**
 * Creates the context of a run for a program that uses the library. By default, the run logs nothing, can't
 * be stopped, and nobody answers its question. So it stops before it deletes or pays, and can be resumed. A
 * relative path of the state directory starts at the working directory. Throws a `UserError` if the time limit of the
 * hooks is wrong.
 */
export function createRunContext(options: RunContextOptions): RunContext {
  if (options.hooks !== undefined) checkHooks(options.hooks);
  const never = new AbortController().signal;
  return {
    log: () => undefined,
    confirm: async () => 'unanswered',
    drain: never,
    abort: never,
    ...options,
    listener: withoutThrows(options),
    stateDirectory: resolve(options.stateDirectory),
  };
}

/** A listener that throws must not stop a run. The first error of the listener is logged. */
function withoutThrows({ listener, log }: RunContextOptions): RunListener {
  let hasThrown = false;
  return (event) => {
    try {
      listener?.(event);
    } catch (error) {
      if (!hasThrown) log?.('warn', {}, `A listener threw an error: ${errorMessage(error)}`);
      hasThrown = true;
    }
  };
}
