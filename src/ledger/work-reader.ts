import { ledgerFailure } from './database-failure.ts';
import { openLedgerFile } from './ledger-file.ts';
import type { Connection } from './open-database.ts';
import { RunTable } from './run-table.ts';
import { type WorkKey, type WorkStanding, WorkTable } from './work-table.ts';

/** Reads of a ledger which work was done; a small part of it, for ledgers of any size. */
export class WorkReader {
  readonly run: RunTable;
  readonly #path: string;
  readonly #database: Connection;
  #works: WorkTable | null = null;

  private constructor(path: string, database: Connection) {
    this.#path = path;
    this.#database = database;
    this.run = new RunTable(database);
  }

  /** Opens the file; refuses one that is not a ledger, is damaged, or is newer than this program. */
  static open(path: string): WorkReader {
    return openLedgerFile(path, (database) => new WorkReader(path, database));
  }

  /** How the work stands; null where the run never came to it. */
  standing(key: WorkKey): WorkStanding | null {
    try {
      // Only a ledger that is asked needs the table: others are passed over as they are.
      this.#works ??= new WorkTable(this.#database);
      return this.#works.standing(key);
    } catch (error) {
      throw ledgerFailure(this.#path, error);
    }
  }

  /** Closes the file. */
  close(): void {
    this.#database.close();
  }
}
