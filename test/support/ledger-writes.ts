import Database from 'better-sqlite3';
import { Ledger } from '../../src/ledger/ledger.ts';

type Transaction = typeof Ledger.prototype.transaction;

const original: Transaction = Ledger.prototype.transaction;
let onWrite: (() => void) | null = null;

/**
 * Calls `hook` at the end of every ledger transaction of this process, before its commit: what the
 * hook throws rolls the transaction back, as a full disk does. Null takes the hook away.
 */
export function watchLedgerWrites(hook: (() => void) | null): void {
  onWrite = hook;
  Ledger.prototype.transaction = hook === null ? original : watched;
}

/** What SQLite throws where no room is left. */
export function diskFull(): Error {
  return new Database.SqliteError('database or disk is full', 'SQLITE_FULL');
}

const watched: Transaction = function watched<Result>(this: Ledger, writes: () => Result): Result {
  return original.call(this, () => {
    const result = writes();
    onWrite?.();
    return result;
  }) as Result;
};
