import { errorMessage } from '../core/error-message.ts';
import { ClassifiedError } from '../core/failure.ts';
import { UserError } from '../core/user-error.ts';
import { sqliteRepair } from '../package/own-files.ts';

/** Returns SQLite's error code (`SQLITE_FULL` …), or an empty text for any other error. */
export function sqliteCode(error: unknown): string {
  const isSqlite = error instanceof Error && error.name === 'SqliteError' && 'code' in error;
  return isSqlite ? String(error.code) : '';
}

/** The error for a database with content that ucbulk never writes. `why` is a text for the user. */
function damagedError(path: string, why: string, cause?: unknown): UserError {
  return new UserError(
    'configuration',
    `${path} is damaged: ${why}. ucbulk can't repair it. Restore a backup, or move it away. \`ucbulk doctor\` checks all ledgers.`,
    { cause },
  );
}

/** Converts a failed read or write of an open database to an error for the engine and the user. */
export function ledgerFailure(path: string, error: unknown): unknown {
  const code = sqliteCode(error);
  if (code === '') return error;
  if (code === 'SQLITE_FULL' || code.startsWith('SQLITE_IOERR'))
    return diskFullError(path, code, error);
  if (code.startsWith('SQLITE_BUSY')) return lockedError(path, code, error);
  if (isDamage(code, error))
    return damagedError(path, missingPart(error) ?? `SQLite says ${code}`, error);
  if (/^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)/.test(code)) {
    return new UserError(
      'configuration',
      `${path} can't be written (${code}): the file, its folder or the disk is read-only for this user. Nothing was sent without its record. Make it writable, or use another state directory: --state DIR or UCBULK_STATE.`,
      { cause: error },
    );
  }
  return error;
}

/**
 * True if a write failed because the disk is full or a quota is used up. I/O errors count too, because some
 * systems report a used-up quota as an I/O error.
 */
export function isNoRoom(failure: unknown): boolean {
  return failure instanceof ClassifiedError && failure.fatalCause === 'disk-full';
}

/** True for a failed write that may succeed later: no disk space, an I/O error, another program's lock. */
export function isTemporary(failure: unknown): failure is ClassifiedError {
  return failure instanceof ClassifiedError && /^sqlite_(full|ioerr|busy)/.test(failure.code);
}

function isDamage(code: string, error: unknown): boolean {
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return true;
  return code === 'SQLITE_ERROR' && missingPart(error) !== null;
}

/**
 * Describes a missing table or column, such as `it lacks the table works`. ucbulk checked the version of the
 * schema when it opened the file. So a missing table shows that the file is damaged.
 */
function missingPart(error: unknown): string | null {
  const words = error instanceof Error ? error.message : '';
  const [, kind, name] = /^no such (table|column): (\S+)/.exec(words) ?? [];
  return name === undefined ? null : `it lacks the ${kind} ${name}`;
}

function diskFullError(path: string, code: string, cause: unknown): ClassifiedError {
  return new ClassifiedError({
    kind: 'fatal',
    effect: 'none',
    code: code.toLowerCase(),
    message: `The ledger ${path} can't be written: ${code === 'SQLITE_FULL' ? 'the disk is full' : code}. Nothing was sent without its record. Free some space, then resume.`,
    fatalCause: 'disk-full',
    cause,
  });
}

function lockedError(path: string, code: string, cause: unknown): ClassifiedError {
  return new ClassifiedError({
    kind: 'fatal',
    effect: 'none',
    code: code.toLowerCase(),
    message: `${path} is locked by another program (a backup, a SQLite shell). Nothing was sent without its record. Close that program, then run this again or resume.`,
    fatalCause: 'service',
    cause,
  });
}

/**
 * The error for the user if the native part of SQLite can't be loaded; null for any other error. There are
 * two usual causes. The native part was built for another version of Node, or it is missing because npm's
 * install scripts were disabled.
 */
function loadFailure(error: unknown): UserError | null {
  if (!(error instanceof Error)) return null;
  const isMissing = error.message.startsWith('Could not locate the bindings file');
  if (!isMissing && !('code' in error && error.code === 'ERR_DLOPEN_FAILED')) return null;
  const [firstLine] = error.message.split('\n');
  let why = `the system refuses its native part (${firstLine})`;
  if (isMissing) why = 'its native part was not installed';
  if (error.message.includes('NODE_MODULE_VERSION')) {
    why = 'ucbulk was installed with another version of Node than the one that runs it now';
  }
  return new UserError(
    'configuration',
    `SQLite can't be loaded: ${why}. No ledger was read or changed. ${sqliteRepair()}`,
    { cause: error },
  );
}

/** Converts the failure to open a database to an error for the user. */
export function openFailure(path: string, error: unknown): unknown {
  const notLoaded = loadFailure(error);
  if (notLoaded !== null) return notLoaded;
  const code = sqliteCode(error);
  if (code === 'SQLITE_NOTADB') return damagedError(path, 'it is no SQLite file', error);
  if (code === 'SQLITE_FULL' || code.startsWith('SQLITE_BUSY') || isDamage(code, error)) {
    return ledgerFailure(path, error);
  }
  const why = errorMessage(error);
  return new UserError(
    'configuration',
    `Can't open ${path}: ${why}. Name a folder that can be used with --state DIR or UCBULK_STATE.`,
    { cause: error },
  );
}

/** Parses JSON from a ledger; throws a `UserError` if the ledger is damaged. */
export function parseStoredJson<Value>(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch (error) {
    throw damagedValue('a text that must be JSON is none', error);
  }
}

/** The error for a stored value that ucbulk never writes. Something else must have changed the file. */
export function damagedValue(what: string, cause?: unknown): UserError {
  return new UserError(
    'configuration',
    `The run's ledger is damaged: ${what}. ucbulk can't repair it. Restore a backup, or move it away. \`ucbulk doctor\` names the file.`,
    { cause },
  );
}
