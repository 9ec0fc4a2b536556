import { closeSync, openSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { specialFile } from '../core/special-file.ts';
import { UserError } from '../core/user-error.ts';
import { ledgerFailure, openFailure, sqliteCode } from './database-failure.ts';
import { copyForReading } from './reading-copy.ts';

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

/** How long a statement waits for another connection's lock, ms. */
export const BUSY_TIMEOUT_MS = 5000;
const SYNCED = 'synchronous = FULL';
const CACHE_KB = 4096; // items are touched in order: more is memory for nothing

/**
 * Opens a SQLite file. A writer gets WAL with `synchronous=FULL`: better-sqlite3 opens WAL files
 * at NORMAL, which loses the last commits in a power cut (`performance.md` 0.6). Every failure of
 * the connection is in words (`ledgerFailure`).
 */
export function openDatabase(path: string, options: OpenOptions): Connection {
  refuseSpecial(path);
  try {
    if (options.mode === 'read') return withWords(openForReading(path), path);
    if (options.mode === 'create') makePrivate(path);
    const fileMustExist = options.mode !== 'create';
    const database = new Database(path, { fileMustExist, timeout: BUSY_TIMEOUT_MS });
    return closedOnFailure(database, () => {
      setUpWriter(database, options);
      return withWords(database, path);
    });
  } catch (error) {
    throw openFailure(path, error);
  }
}

/** Commits without waiting for the disk. A power cut may take such a commit back, with all that came after it. */
export function withoutSync<Result>(database: Connection, commit: () => Result): Result {
  database.pragma('synchronous = NORMAL');
  try {
    return commit();
  } finally {
    database.pragma(SYNCED);
  }
}

/**
 * Writes the file anew without what was deleted before, and empties its log. Needs free space of the
 * size of the file, twice.
 */
export function wipeDeleted(database: Connection): void {
  database.exec('VACUUM');
  emptyLog(database);
}

/** Moves the log into the file and empties it: else a reader that still has the file open keeps it. */
export function emptyLog(database: Connection): void {
  database.pragma('wal_checkpoint(TRUNCATE)');
}

/** A database in memory, gone with its connection. */
export function openInMemory(): Connection {
  try {
    return new Database(':memory:');
  } catch (error) {
    throw openFailure('a database in memory', error);
  }
}

/**
 * Throws a `UserError` if this Node can't load SQLite. Asked before ledgers are looked through, so
 * that none of them passes for unreadable.
 */
export function checkSqlite(): void {
  openInMemory().close();
}

/** A connection to a lock file: nothing is ever written to it. */
export function openLockFile(path: string, mode: 'hold' | 'look', timeout: number): Connection {
  refuseSpecial(path);
  try {
    if (mode === 'hold') makePrivate(path);
    return new Database(path, { readonly: mode === 'look', fileMustExist: true, timeout });
  } catch (error) {
    throw openFailure(path, error);
  }
}

/**
 * A reader of a WAL file needs its `-shm` beside it. Where that can't be made (a read-only backup,
 * another user's folder), a copy that is gone with the connection is read instead.
 */
function openForReading(path: string): Connection {
  const database = new Database(path, {
    readonly: true,
    fileMustExist: true,
    timeout: BUSY_TIMEOUT_MS,
  });
  try {
    touch(database);
    return database;
  } catch (error) {
    database.close();
    if (!/^SQLITE_(CANTOPEN|READONLY)/.test(sqliteCode(error))) throw error;
  }
  const copy = copyForReading(path);
  try {
    const opened = new Database(copy.path, { readonly: true, timeout: BUSY_TIMEOUT_MS });
    return closedOnFailure(opened, () => {
      touch(opened);
      return opened;
    });
  } finally {
    copy.remove(); // the connection keeps what it has open
  }
}

/** The first read opens the log and its index. */
function touch(database: Connection): void {
  database.pragma('schema_version');
}

/** SQLite would wait for ever for the other end of a named pipe, also in the place of one of its own files. */
function refuseSpecial(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) {
    const what = specialFileAt(path + suffix);
    if (what === null) continue;
    throw new UserError(
      'configuration',
      `${path}${suffix} is ${what}, not a file of ucbulk. Nothing was changed. Move it away, then try again.`,
    );
  }
}

function specialFileAt(path: string): string | null {
  try {
    return specialFile(statSync(path));
  } catch {
    return null; // missing, or no place for a file: SQLite says more
  }
}

/** Makes the file for its owner only (0600): names of files may be private. SQLite's own files follow it. */
function makePrivate(path: string): void {
  closeSync(openSync(path, 'a', 0o600));
}

function setUpWriter(database: Connection, options: OpenOptions): void {
  database.pragma('journal_mode = WAL');
  database.pragma(SYNCED);
  database.pragma('fullfsync = ON');
  database.pragma(`cache_size = -${CACHE_KB}`);
  database.pragma('foreign_keys = ON');
  // Part URLs let whoever has them write: deleted ones must not stay in free pages of the file.
  database.pragma('secure_delete = ON');
  if (options.maxPages !== undefined) database.pragma(`max_page_count = ${options.maxPages}`);
}

/** Whatever a statement meets is told as what it means for a run; also outside of transactions. */
function withWords(database: Connection, path: string): Connection {
  const inWords = <Value>(work: () => Value): Value => {
    try {
      return work();
    } catch (error) {
      throw ledgerFailure(path, error);
    }
  };
  const prepare = database.prepare.bind(database);
  database.prepare = ((sql: string) => {
    const statement = inWords(() => prepare(sql));
    const { get, all, run } = statement;
    statement.get = (...values) => inWords(() => get.apply(statement, values));
    statement.all = (...values) => inWords(() => all.apply(statement, values));
    statement.run = (...values) => inWords(() => run.apply(statement, values));
    return statement;
  }) as Connection['prepare'];
  return database;
}

function closedOnFailure(database: Connection, use: () => Connection): Connection {
  try {
    return use();
  } catch (error) {
    database.close();
    throw error;
  }
}
