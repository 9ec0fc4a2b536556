import { closeSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { ClassifiedError } from '../core/failure.ts';
import { UserError } from '../core/user-error.ts';

/** A database connection; the only names of better-sqlite3 that the ledger's tables use. */
export type Connection = Database.Database;
/** A prepared statement. */
export type Statement = Database.Statement;

/** How a database file is opened. */
export interface OpenOptions {
  readonly mode: 'create' | 'write' | 'read';
  /** `PRAGMA max_page_count`: a way to run out of room on purpose. */
  readonly maxPages?: number | undefined;
}

const BUSY_TIMEOUT_MS = 5000;
const LOCK_PATIENCE_MS = 250; // `status` holds a run's lock for an instant to see whether it is free
const CACHE_KB = 4096; // items are touched in order: more is memory for nothing

/**
 * Opens a SQLite file. A writer gets WAL with `synchronous=FULL`: better-sqlite3 opens WAL files
 * at NORMAL, which loses the last commits in a power cut (`performance.md` 0.6).
 */
export function openDatabase(path: string, options: OpenOptions): Connection {
  try {
    if (options.mode === 'create') makePrivate(path);
    const database = new Database(path, {
      readonly: options.mode === 'read',
      fileMustExist: options.mode !== 'create',
      timeout: BUSY_TIMEOUT_MS,
    });
    if (options.mode !== 'read') setUpWriter(database, options);
    return database;
  } catch (error) {
    throw openFailure(path, error);
  }
}

/** Makes the file for its owner only (0600): names of files may be private. SQLite's own files follow it. */
function makePrivate(path: string): void {
  closeSync(openSync(path, 'a', 0o600));
}

function setUpWriter(database: Connection, options: OpenOptions): void {
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('fullfsync = ON');
  database.pragma(`cache_size = -${CACHE_KB}`);
  database.pragma('foreign_keys = ON');
  if (options.maxPages !== undefined) database.pragma(`max_page_count = ${options.maxPages}`);
}

/**
 * Holds `BEGIN EXCLUSIVE` on a small database for the life of the process: the operating system
 * frees it at once after a kill -9, so there are no stale locks.
 */
export interface HeldLock {
  release(): void;
}

/** Takes the lock at `path`, or gives null where a living process has it. */
export function takeLock(path: string): HeldLock | null {
  let database: Connection;
  try {
    makePrivate(path);
    database = new Database(path, { timeout: LOCK_PATIENCE_MS });
  } catch (error) {
    throw openFailure(path, error);
  }
  try {
    database.exec('BEGIN EXCLUSIVE');
    return { release: () => database.close() };
  } catch (error) {
    database.close();
    if (sqliteCode(error).startsWith('SQLITE_BUSY')) return null;
    throw openFailure(path, error);
  }
}

/** SQLite's error code (`SQLITE_FULL` …), or an empty text for any other error. */
export function sqliteCode(error: unknown): string {
  return error instanceof Database.SqliteError ? error.code : '';
}

/** A failed read or write of an open ledger, as the engine understands it. */
export function ledgerFailure(path: string, error: unknown): unknown {
  const code = sqliteCode(error);
  if (code === '') return error;
  if (code === 'SQLITE_FULL' || code.startsWith('SQLITE_IOERR')) {
    return new ClassifiedError({
      kind: 'fatal',
      effect: 'none',
      code: code.toLowerCase(),
      message: `The ledger ${path} can't be written: ${code === 'SQLITE_FULL' ? 'the disk is full' : code}. Nothing was sent without its record. Make room, then resume.`,
      fatalCause: 'disk-full',
      cause: error,
    });
  }
  if (code.startsWith('SQLITE_BUSY')) {
    return new ClassifiedError({
      kind: 'fatal',
      effect: 'none',
      code: code.toLowerCase(),
      message: `The ledger ${path} is locked by another program (a backup, a SQLite shell). Nothing was sent without its record. Resume once it is free.`,
      fatalCause: 'service',
      cause: error,
    });
  }
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return new UserError('configuration', `The ledger ${path} is damaged (${code}).`, {
      cause: error,
    });
  }
  return error;
}

function openFailure(path: string, error: unknown): unknown {
  const code = sqliteCode(error);
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    return new UserError('configuration', `${path} is not a ledger, or is damaged (${code}).`, {
      cause: error,
    });
  }
  if (code === 'SQLITE_FULL') return ledgerFailure(path, error);
  const why = error instanceof Error ? error.message : String(error);
  return new UserError(
    'configuration',
    `Can't open ${path}: ${why}. Name a folder that can be written with --state DIR or UCBULK_STATE.`,
    { cause: error },
  );
}
