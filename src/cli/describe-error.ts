import { errorMessage } from '../core/error-message.ts';
import { ClassifiedError, toFailure } from '../core/failure.ts';
import { UserError } from '../core/user-error.ts';
import { JobFileError } from '../job/job-file-error.ts';
import { plainLines } from '../progress/terminal-text.ts';
import { toolVersion } from '../run/tool-version.ts';
import { EXIT_CODES, type ExitCode, errorMeaning } from './exit-code.ts';
import type { ResultDocument } from './output.ts';

/** Returns an error as the JSON document that `--json` prints. */
export function errorDocument(error: unknown, exitCode: ExitCode): ResultDocument {
  const failure = isForUsers(error) ? null : toFailure(error);
  return {
    type: 'error',
    exitCode,
    meaning: errorMeaning(exitCode),
    message: errorMessage(error),
    ...(error instanceof JobFileError && { file: error.file, problems: error.problems }),
    ...(failure !== null && { code: failure.code, requestId: failure.requestId ?? null }),
  };
}

/**
 * Returns an error as text for people: what happened, where, what to do now, and what the exit code means.
 */
export function errorText(error: unknown, exitCode: ExitCode): string {
  const lines = [`error: ${plainLines(errorMessage(error))}`];
  if (error instanceof ClassifiedError && error.requestId !== undefined) {
    lines.push(`request id: ${plainLines(error.requestId)}`);
  }
  if (exitCode === 70) lines.push('', plainLines(issueText(error)), '');
  lines.push(errorExitLine(exitCode));
  return lines.join('\n');
}

/** The last line of a run with a non-zero exit code, such as `exit 5: incomplete, can be resumed`. */
export function exitLine(exitCode: ExitCode): string {
  return `exit ${exitCode}: ${EXIT_CODES[exitCode]}`;
}

/** The last line of the output after an error that ended the program. */
export function errorExitLine(exitCode: ExitCode): string {
  return `exit ${exitCode}: ${errorMeaning(exitCode)}`;
}

export function platformText(): string {
  return `Node ${process.version}, ${process.platform} ${process.arch}`;
}

/**
 * Returns text that the user can paste into a bug report. It contains nothing from the job file, the files or
 * the keys.
 */
export function issueText(error: unknown): string {
  const cause = error instanceof ClassifiedError && error.cause !== undefined ? error.cause : error;
  const stack = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return [
    'This is a bug in ucbulk. Finished work is safe in the ledger.',
    'Please open an issue with these lines:',
    `  ucbulk ${toolVersion()}, ${platformText()}`,
    ...stack.split('\n').map((line) => `  ${line}`),
  ].join('\n');
}

function isForUsers(error: unknown): boolean {
  return error instanceof UserError || error instanceof JobFileError;
}
