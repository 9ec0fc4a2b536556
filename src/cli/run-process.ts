import { errorMessage } from '../core/error-message.ts';
import { ClassifiedError } from '../core/failure.ts';
import { present } from '../core/present.ts';
import type { World } from '../core/world.ts';
import type { RunLimits } from '../run/run-request.ts';
import { moduleOfError, OwnCodeExit } from '../world/import-module.ts';
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
  // Node ends a process with exit code 0 if nothing is left that could wake it, even if a promise is still awaited.
  const endAsStuck = () => endAsBug(new Error('The command has not ended, and waits for nothing'));
  process.once('beforeExit', endAsStuck);
  const code = await runProgram(argv, surroundings);
  process.off('beforeExit', endAsStuck);
  await world.close();
  process.exitCode = checkWritten(code, argv, surroundings);
}

function uncaught(cause: unknown): ClassifiedError {
  if (cause instanceof OwnCodeExit) return ownCodeEnded(cause, 'own_code_exit', cause.message);
  const own = moduleOfError(cause);
  if (own !== null) {
    const what = `${own} has an error that nothing caught, perhaps in a promise without await: ${errorMessage(cause)}`;
    return ownCodeEnded(cause, 'own_code_uncaught', what);
  }
  return new ClassifiedError({
    kind: 'fatal',
    effect: 'unknown',
    code: 'uncaught',
    message: `Uncaught error: ${errorMessage(cause)}`,
    fatalCause: 'bug',
    cause,
  });
}

function ownCodeEnded(cause: unknown, code: string, what: string): ClassifiedError {
  return new ClassifiedError({
    kind: 'fatal',
    effect: 'unknown',
    code,
    message: `Own code ended the process: ${what}. Finished work is safe in the ledger. Correct the code. Then \`ucbulk resume --allow-code --accept-changed-code\` continues a run that is unfinished; ucbulk treats the answers of the open calls as lost.`,
    fatalCause: 'job',
    cause,
  });
}
