import { appendFileSync, renameSync, statSync } from 'node:fs';
import { errorMessage } from '../core/error-message.ts';
import { UserError } from '../core/user-error.ts';

/** Size from which the next line begins a new file, bytes. */
const MAX_BYTES = 10_000_000;
/** Number of older files that stay: `run.log.1` (the newest) to `run.log.5`. */
const OLDER_FILES = 5;

/** Adds a line to a file. The line has no newline at its end. Throws if the file can't be written. */
export type AppendLine = (line: string) => void;

/**
 * Opens a log file that never grows beyond about 10 MB. Each line is written at once, under the name of the file.
 * So a kill loses no line, several processes can write to one file, and a tool such as logrotate can move it. Only
 * the owner can read the file. Throws a `UserError` if the file can't be written.
 */
export function openLogFile(
  path: string,
  { maxBytes, olderFiles } = { maxBytes: MAX_BYTES, olderFiles: OLDER_FILES },
): AppendLine {
  try {
    // A named pipe without a reader would block the program for ever.
    if (statSync(path, { throwIfNoEntry: false })?.isFIFO())
      throw new Error(`${path} is a named pipe`);
    append(path, '');
  } catch (error) {
    throw notWritable(error);
  }
  return (line) => {
    if (sizeOf(path) >= maxBytes) rotate(path, olderFiles);
    append(path, `${line}\n`);
  };
}

function notWritable(error: unknown): UserError {
  const message = `The log file can't be written: ${errorMessage(error)}. Choose another path with --log-file.`;
  return new UserError('configuration', message, { cause: error });
}

function append(path: string, text: string): void {
  appendFileSync(path, text, { mode: 0o600 });
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function rotate(path: string, olderFiles: number): void {
  for (let no = olderFiles; no >= 1; no -= 1) {
    const newer = no === 1 ? path : `${path}.${no - 1}`;
    // Another process may have moved it meanwhile.
    if (statSync(newer, { throwIfNoEntry: false }) !== undefined)
      renameSync(newer, `${path}.${no}`);
  }
}
