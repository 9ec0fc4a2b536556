import type { Connection, Statement } from './connection.ts';
import { ledgerFailure } from './database-failure.ts';
import { keyToColumn } from './item-row.ts';
import { openLedgerFile } from './ledger-file.ts';
import { RunTable } from './run-table.ts';
import { UniqueWorkTable, type WorkKey, type WorkStanding } from './work-table.ts';

/**
 * Looks up work in the ledger of another run. A search reads only a few rows, so it is fast even if the
 * ledger is large.
 */
export class WorkReader {
  readonly run: RunTable;
  readonly #path: string;
  readonly #database: Connection;
  #works: UniqueWorkTable | null = null;
  #isClaimed: Statement | null = null;

  private constructor(path: string, database: Connection) {
    this.#path = path;
    this.#database = database;
    this.run = new RunTable(database);
  }

  /** Opens the file; throws a `UserError` if it is not a ledger, is damaged, or is newer than this program. */
  static open(path: string): WorkReader {
    return openLedgerFile(path, (database) => new WorkReader(path, database));
  }

  /** The state of the work; null if no item of the run claimed it. */
  standing(key: WorkKey): WorkStanding | null {
    try {
      // Create the table object only for the first search, because it prepares SQL statements.
      this.#works ??= new UniqueWorkTable(this.#database);
      return this.#works.standing(key);
    } catch (error) {
      throw ledgerFailure(this.#path, error);
    }
  }

  /** The files on which an item of the run has claimed the work. Finds nothing about the state of the work. */
  claimed(work: number, files: readonly string[]): string[] {
    try {
      this.#isClaimed ??= this.#database.prepare('SELECT 1 FROM works WHERE work = ? AND file = ?');
      const isClaimed = this.#isClaimed;
      // One transaction for all files. Otherwise SQLite locks and unlocks the file for each of them.
      return this.#database.transaction(() =>
        files.filter((file) => isClaimed.get(work, keyToColumn(file)) !== undefined),
      )();
    } catch (error) {
      throw ledgerFailure(this.#path, error);
    }
  }

  /** Closes the file. */
  close(): void {
    this.#database.close();
  }
}
