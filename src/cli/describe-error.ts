import { errorMessage } from '../core/error-message.ts';
import { ClassifiedError, failureOf } from '../core/failure.ts';
import { UserError } from '../core/user-error.ts';
import { JobFileError } from '../job/job-file-error.ts';
import { plainLines } from '../progress/terminal-text.ts';
import { toolVersion } from '../run/tool-version.ts';
import { EXIT_CODES, type ExitCode, meaningOfError } from './exit-code.ts';
import type { ResultDocument } from './output.ts';

/** An error as the document that `--json` prints. */
export function errorDocument(error: unknown, exitCode: ExitCode): ResultDocument {
  const failure = isForUsers(error) ? null : failureOf(error);
  return {
    type: 'error',
    exitCode,
    meaning: meaningOfError(exitCode),
    message: errorMessage(error),
    ...(error instanceof JobFileError && { file: error.file, problems: error.problems }),
    ...(failure !== null && { code: failure.code, requestId: failure.requestId ?? null }),
  };
}

/** An error as people read it: what, where, what now, and the exit code's meaning last. */
export function errorText(error: unknown, exitCode: ExitCode): string {
  const lines = [`error: ${plainLines(errorMessage(error))}`];
  if (error instanceof ClassifiedError && error.requestId !== undefined) {
    lines.push(`request id: ${plainLines(error.requestId)}`);
  }
  if (exitCode === 70) lines.push('', plainLines(issueText(error)), '');
  lines.push(errorExitLine(exitCode));
  return lines.join('\n');
}

/** `exit 5: incomplete, can be resumed`: the last line of a run that did not go all well. */
export function exitLine(exitCode: ExitCode): string {
  return `exit ${exitCode}: ${EXIT_CODES[exitCode]}`;
}

/** The same of an error that ended the program. */
export function errorExitLine(exitCode: ExitCode): string {
  return `exit ${exitCode}: ${meaningOfError(exitCode)}`;
}

/** What the program runs on. */
export function platformText(): string {
  return `Node ${process.version}, ${process.platform} ${process.arch}`;
}

/** What to paste into an issue. Nothing of the job, the files or the keys is in it. */
export function issueText(error: unknown): string {
  const cause = error instanceof ClassifiedError && error.cause !== undefined ? error.cause : error;
  const stack = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return [
    'This is a bug in ucbulk. What the run has done is safe in its ledger.',
    'Please open an issue with these lines:',
    `  ucbulk ${toolVersion()}, ${platformText()}`,
    ...stack.split('\n').map((line) => `  ${line}`),
  ].join('\n');
}

function isForUsers(error: unknown): boolean {
  return error instanceof UserError || error instanceof JobFileError;
}
