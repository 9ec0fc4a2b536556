import { ClassifiedError } from '../core/failure.ts';
import type { Connection, RunInTransaction } from './connection.ts';
import { ledgerFailure } from './database-failure.ts';
import { BUSY_TIMEOUT_MS } from './open-database.ts';

/** If ucbulk waits longer than this for another program's lock, it reports the wait, ms. */
const QUIET_MS = 1500;

/** Runs the transactions of a database, and reports when another program has locked it. */
export class WriteLock {
  readonly #database: Connection;
  readonly #quietMs: number;
  /** Created once, because better-sqlite3 needs some time for it. */
  readonly #run: RunInTransaction;
  #onChange: (isLocked: boolean) => void = () => undefined;
  #isLocked = false;

  /** `quietMs`: a wait that is shorter than this is not reported, ms. */
  constructor(database: Connection, quietMs = QUIET_MS) {
    this.#database = database;
    this.#quietMs = quietMs;
    this.#run = database.transaction((writes) => writes());
    this.#setTimeout(quietMs);
  }

  /**
   * Calls `listener` with true when a transaction finds the database locked, and with false when a later
   * transaction succeeds in locking it.
   */
  watch(listener: (isLocked: boolean) => void): void {
    this.#onChange = listener;
  }

  /**
   * Runs `writes` in one transaction that locks the database first. While SQLite waits for another program's
   * lock, this process is blocked. So this method first waits briefly, then reports the lock, and then waits
   * for the rest of the time. If the database is still locked, throws SQLite's error and does not run
   * `writes`.
   */
  transaction<Result>(writes: () => Result): Result {
    let hasBegun = false;
    const begin = () => {
      hasBegun = true;
      return writes();
    };
    try {
      return this.#markFree(this.#run.immediate(begin) as Result);
    } catch (error) {
      if (hasBegun || !isLocked(this.#database.name, error)) throw error;
      this.#set(true);
    }
    this.#setTimeout(BUSY_TIMEOUT_MS - this.#quietMs);
    try {
      return this.#markFree(this.#run.immediate(begin) as Result);
    } finally {
      if (this.#database.open) this.#setTimeout(this.#quietMs);
    }
  }

  #setTimeout(ms: number): void {
    this.#database.pragma(`busy_timeout = ${ms}`);
  }

  #markFree<Result>(result: Result): Result {
    this.#set(false);
    return result;
  }

  #set(isTaken: boolean): void {
    if (this.#isLocked === isTaken) return;
    this.#isLocked = isTaken;
    this.#onChange(isTaken);
  }
}

function isLocked(path: string, error: unknown): boolean {
  const failure = ledgerFailure(path, error);
  return failure instanceof ClassifiedError && failure.code.startsWith('sqlite_busy');
}
