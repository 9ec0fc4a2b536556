import { describeFileProblem } from '../core/file-problem.ts';
import { plainText } from '../progress/terminal-text.ts';
import { errorExitLine } from './describe-error.ts';
import { type ExitCode, winningCode } from './exit-code.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Checks that the output of a command was written, and returns the exit code. `code` is the exit code without
 * this check. If stdout failed, the user has lost results: prints an error and returns 3, or `code` if it is
 * more serious. If only stderr failed, returns 3 instead of 0.
 */
export function checkWritten(
  code: ExitCode,
  argv: readonly string[],
  { stdout, stderr }: Pick<Surroundings, 'stdout' | 'stderr'>,
): ExitCode {
  if (stdout.failure !== null) {
    const lost = winningCode(code, 3);
    stderr.write(`error: ${lostOutputText(stdout.failure, argv)}\n${errorExitLine(lost)}\n`);
    return lost;
  }
  return stderr.failure !== null && code === 0 ? 3 : code;
}

/** Names the reason why the output could not be written, and advises what to do. */
function lostOutputText(failure: Error, argv: readonly string[]): string {
  const reason = plainText(describeFileProblem(failure));
  const isRun = (argv[0] === 'run' || argv[0] === 'resume') && !argv.includes('--help');
  const advice = isRun
    ? 'The run is not affected: `ucbulk status` shows its state.'
    : 'Free disk space or write to another place, then run the command again.';
  return `Standard output can't be written: ${reason}. The output is incomplete. ${advice}`;
}
