import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { specialFile } from '../core/special-file.ts';
import { UserError } from '../core/user-error.ts';
import { Connection, closeOnFailure } from './connection.ts';
import { openFailure, sqliteCode } from './database-failure.ts';
import { copyForReading } from './reading-copy.ts';

/** Options for opening a database file. */
export interface OpenOptions {
  readonly mode: 'create' | 'write' | 'read';
  /** False if a power cut may undo the last commits. Commits then do not wait for the disk. */
  readonly isDurable?: boolean;
  /** `PRAGMA max_page_count`: lets a test simulate a full disk. */
  readonly maxPages?: number | undefined;
}

/** How long a statement waits for another connection's lock, ms. */
export const BUSY_TIMEOUT_MS = 5000;
const SYNCED = 'synchronous = FULL';
const UNSYNCED = 'synchronous = NORMAL';
const CACHE_KB = 4096; // items are read in order, so a larger cache would not help

/**
 * Opens a SQLite file. A writer uses a write-ahead log (WAL) with `synchronous=FULL`, unless `isDurable` is
 * false. The default of better-sqlite3 for such files is NORMAL, with which a power cut loses the last commits.
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

/**
 * Commits without waiting for the disk. A power cut may undo the commit, until a later commit waits for the
 * disk.
 */
export function withoutSync<Result>(database: Connection, commit: () => Result): Result {
  database.pragma(UNSYNCED);
  try {
    return commit();
  } finally {
    database.pragma(SYNCED);
  }
}

/**
 * Rewrites the file without deleted data and empties its log. This needs free disk space of twice the file's
 * size.
 */
export function wipeDeleted(database: Connection): void {
  database.exec('VACUUM');
  emptyLog(database);
}

/**
 * Copies the log into the main file and empties it. SQLite itself does this when a connection is closed, but
 * only if no other process has the file open.
 */
export function emptyLog(database: Connection): void {
  database.pragma('wal_checkpoint(TRUNCATE)');
}

/** Opens a database in memory. It exists until the connection is closed. */
export function openInMemory(): Connection {
  try {
    return new Connection(new Database(':memory:'), 'a database in memory');
  } catch (error) {
    throw openFailure('a database in memory', error);
  }
}

/**
 * Throws a `UserError` if this version of Node can't load SQLite. Call this before reading many ledgers.
 * Otherwise each of them would be reported as unreadable.
 */
export function checkSqlite(): void {
  openInMemory().close();
}

/** A connection to a lock file. It throws SQLite's errors unchanged. */
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
 * Opens a database for reading. To read a database with a write-ahead log, SQLite creates a `-shm` file
 * beside it. If that is not possible (a read-only backup, another user's folder), reads a temporary copy.
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

/**
 * Makes SQLite open the log and its index now, so that errors occur here. SQLite opens them only at the first
 * read.
 */
function readOnce(database: Database.Database): void {
  database.pragma('schema_version');
}

/**
 * Throws if the path, or the path of one of SQLite's side files, is a named pipe. SQLite would wait for ever
 * to open it.
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
  // A file that this process holds as a lock must not be opened and closed here: when a process closes any
  // descriptor of a file, the operating system releases all of its locks on this file.
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
}

function setUpWriter(database: Database.Database, options: OpenOptions): void {
  database.pragma('journal_mode = WAL');
  database.pragma(options.isDurable === false ? UNSYNCED : SYNCED);
  database.pragma('fullfsync = ON');
  database.pragma(`cache_size = -${CACHE_KB}`);
  database.pragma('foreign_keys = ON');
  // Anybody who knows the URL of a part can write to it. So deleted URLs must not stay in unused pages of the
  // file.
  database.pragma('secure_delete = ON');
  if (options.maxPages !== undefined) database.pragma(`max_page_count = ${options.maxPages}`);
}
