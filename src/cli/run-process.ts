import { errorMessage } from '../core/error-message.ts';
import { ClassifiedError } from '../core/failure.ts';
import { present } from '../core/present.ts';
import type { World } from '../core/world.ts';
import type { RunLimits } from '../run/run-request.ts';
import { moduleOfError } from '../world/import-module.ts';
import { checkWritten } from './lost-output.ts';
import { lostTerminalCloser, processSurroundings } from './process-surroundings.ts';
import { reportError, runProgram } from './program.ts';

/** Runs the command line of this process. Tests pass a `World` that simulates the outside world. */
export async function runProcess(
  world: World & { close(): Promise<void> },
  limits?: RunLimits,
): Promise<void> {
  process.on('exit', lostTerminalCloser());
  const argv = process.argv.slice(2);
  const surroundings = { ...processSurroundings(world), ...present({ limits }) };
  // An uncaught error is a bug, so the process ends. This loses nothing, because the run's database contains
  // all finished work.
  const endAsBug = (cause: unknown) => {
    surroundings.exit(reportError(uncaught(cause), argv, surroundings));
  };
  process.on('uncaughtException', endAsBug);
  process.on('unhandledRejection', endAsBug);
  const code = await runProgram(argv, surroundings);
  await world.close();
  process.exitCode = checkWritten(code, argv, surroundings);
}

function uncaught(cause: unknown): ClassifiedError {
  const own = moduleOfError(cause);
  if (own !== null) return uncaughtInOwnCode(cause, own);
  return new ClassifiedError({
    kind: 'fatal',
    effect: 'unknown',
    code: 'uncaught',
    message: `Uncaught error: ${errorMessage(cause)}`,
    fatalCause: 'bug',
    cause,
  });
}

function uncaughtInOwnCode(cause: unknown, path: string): ClassifiedError {
  return new ClassifiedError({
    kind: 'fatal',
    effect: 'unknown',
    code: 'own_code_uncaught',
    message: `Own code ended the process: ${path} has an error that nothing caught, perhaps in a promise without await: ${errorMessage(cause)}. Finished work is safe in the ledger. Correct the code, then resume the run.`,
    fatalCause: 'job',
    cause,
  });
}
