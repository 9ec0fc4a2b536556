import { ClassifiedError } from '../core/failure.ts';
import type { Connection } from './connection.ts';
import { ledgerFailure } from './database-failure.ts';
import { BUSY_TIMEOUT_MS } from './open-database.ts';

/** Wait for another program's lock after which the wait is reported, ms. */
const QUIET_MS = 1500;

/** Runs the transactions of a database. Reports when another program has locked the database. */
export class WriteLock {
  readonly #database: Connection;
  readonly #quietMs: number;
  #onChange: (isLocked: boolean) => void = () => undefined;
  #isLocked = false;

  /** `quietMs`: wait for the lock after which the wait is reported, ms. */
  constructor(database: Connection, quietMs = QUIET_MS) {
    this.#database = database;
    this.#quietMs = quietMs;
  }

  /**
   * Calls `listener` with true when a transaction finds the database locked, and with false when a later
   * transaction gets the lock.
   */
  watch(listener: (isLocked: boolean) => void): void {
    this.#onChange = listener;
  }

  /**
   * Runs `writes` in one transaction that takes the lock first.
   * SQLite blocks the process while it waits for a lock. So this method waits briefly, reports the lock, and
   * then waits for the rest of the time. If the lock is still taken, throws SQLite's error and does not run
   * `writes`.
   */
  transaction<Result>(writes: () => Result): Result {
    let hasBegun = false;
    const run = this.#database.transaction(() => {
      hasBegun = true;
      return writes();
    });
    try {
      this.#setTimeout(this.#quietMs);
      return this.#markFree(run.immediate());
    } catch (error) {
      if (hasBegun || !isLocked(this.#database.name, error)) throw error;
      this.#set(true);
      this.#setTimeout(BUSY_TIMEOUT_MS - this.#quietMs);
      return this.#markFree(run.immediate());
    } finally {
      if (this.#database.open) this.#setTimeout(BUSY_TIMEOUT_MS);
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
