import { closeSync, openSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { specialFile } from '../core/special-file.ts';
import { UserError } from '../core/user-error.ts';
import { Connection, closeOnFailure } from './connection.ts';
import { openFailure, sqliteCode } from './database-failure.ts';
import { copyForReading } from './reading-copy.ts';

/** Options for opening a database file. */
export interface OpenOptions {
  readonly mode: 'create' | 'write' | 'read';
  /** `PRAGMA max_page_count`: lets a test simulate a full disk. */
  readonly maxPages?: number | undefined;
}

/** How long a statement waits for another connection's lock, ms. */
export const BUSY_TIMEOUT_MS = 5000;
const SYNCED = 'synchronous = FULL';
const CACHE_KB = 4096; // items are used in order: a larger cache would not help

/**
 * Opens a SQLite file. A writer gets WAL with `synchronous=FULL`: better-sqlite3 opens WAL files
 * at NORMAL, which loses the last commits in a power cut (`performance.md` 0.6).
 */
export function openDatabase(path: string, options: OpenOptions): Connection {
  rejectSpecialFile(path);
  try {
    if (options.mode === 'read') return new Connection(openForReading(path), path);
    if (options.mode === 'create') makePrivate(path);
    const fileMustExist = options.mode !== 'create';
    const database = new Database(path, { fileMustExist, timeout: BUSY_TIMEOUT_MS });
    return closeOnFailure(database, () => {
      setUpWriter(database, options);
      return new Connection(database, path);
    });
  } catch (error) {
    throw openFailure(path, error);
  }
}

/** Commits without waiting for the disk. A power cut may undo such commits and all later ones. */
export function withoutSync<Result>(database: Connection, commit: () => Result): Result {
  database.pragma('synchronous = NORMAL');
  try {
    return commit();
  } finally {
    database.pragma(SYNCED);
  }
}

/**
 * Rewrites the file without deleted data and empties its log. Needs free disk space of twice the size of the
 * file.
 */
export function wipeDeleted(database: Connection): void {
  database.exec('VACUUM');
  emptyLog(database);
}

/**
 * Moves the log into the file and empties it. Without this call, the log stays while a reader has the file
 * open.
 */
export function emptyLog(database: Connection): void {
  database.pragma('wal_checkpoint(TRUNCATE)');
}

/** Opens a database in memory; it exists until its connection is closed. */
export function openInMemory(): Connection {
  try {
    return new Connection(new Database(':memory:'), 'a database in memory');
  } catch (error) {
    throw openFailure('a database in memory', error);
  }
}

/**
 * Throws a `UserError` if this version of Node can't load SQLite. Call this before reading many ledgers;
 * otherwise each of them would be reported as unreadable.
 */
export function checkSqlite(): void {
  openInMemory().close();
}

/** A connection to a lock file. Its errors are SQLite's own. */
export type LockFile = Database.Database;

/** Opens a lock file. Nothing is ever written to it. */
export function openLockFile(path: string, mode: 'hold' | 'look', timeout: number): LockFile {
  rejectSpecialFile(path);
  try {
    if (mode === 'hold') makePrivate(path);
    return new Database(path, { readonly: mode === 'look', fileMustExist: true, timeout });
  } catch (error) {
    throw openFailure(path, error);
  }
}

/**
 * Opens a database for reading. SQLite needs a `-shm` file beside a WAL file. If that file can't be created
 * (a read-only backup, another user's folder), opens a temporary copy instead.
 */
function openForReading(path: string): Database.Database {
  const database = new Database(path, {
    readonly: true,
    fileMustExist: true,
    timeout: BUSY_TIMEOUT_MS,
  });
  try {
    readOnce(database);
    return database;
  } catch (error) {
    database.close();
    if (!/^SQLITE_(CANTOPEN|READONLY)/.test(sqliteCode(error))) throw error;
  }
  const copy = copyForReading(path);
  try {
    const opened = new Database(copy.path, { readonly: true, timeout: BUSY_TIMEOUT_MS });
    return closeOnFailure(opened, () => {
      readOnce(opened);
      return opened;
    });
  } finally {
    copy.remove(); // the open connection can still read the removed file
  }
}

/** Reads once, because SQLite opens the log and its index only on the first read. */
function readOnce(database: Database.Database): void {
  database.pragma('schema_version');
}

/**
 * Rejects named pipes at the path and at the paths of its side files. SQLite would wait for ever to open a
 * pipe.
 */
function rejectSpecialFile(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) {
    const what = specialFileAt(path + suffix);
    if (what === null) continue;
    throw new UserError(
      'configuration',
      `${path}${suffix} is ${what}, not a file of ucbulk. Nothing was changed. Move it away, then run this again.`,
    );
  }
}

function specialFileAt(path: string): string | null {
  try {
    return specialFile(statSync(path));
  } catch {
    return null; // the path is missing or invalid: SQLite's own error has more detail
  }
}

/**
 * Creates the file with mode 0600 (only its owner can read it), because file names may be private. SQLite's
 * side files get the same mode.
 */
function makePrivate(path: string): void {
  closeSync(openSync(path, 'a', 0o600));
}

function setUpWriter(database: Database.Database, options: OpenOptions): void {
  database.pragma('journal_mode = WAL');
  database.pragma(SYNCED);
  database.pragma('fullfsync = ON');
  database.pragma(`cache_size = -${CACHE_KB}`);
  database.pragma('foreign_keys = ON');
  // Anybody who knows a part URL can write to it, so deleted part URLs must not stay in free pages of the
  // file.
  database.pragma('secure_delete = ON');
  if (options.maxPages !== undefined) database.pragma(`max_page_count = ${options.maxPages}`);
}
