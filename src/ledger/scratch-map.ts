import { type Connection, closeOnFailure, type Statement } from './connection.ts';
import { keyFromColumn, keyToColumn } from './item-row.ts';
import { openDatabase } from './open-database.ts';

/**
 * A map of texts in an unnamed file, which the system removes when the process ends. Ten million UUIDs need a
 * few MB of memory, and about 60 bytes of disk space each.
 */
export class ScratchMap {
  readonly #database: Connection;
  readonly #find: Statement;

  private constructor(database: Connection) {
    this.#database = database;
    this.#find = database.prepare('SELECT value FROM entries WHERE key = ? ORDER BY rowid LIMIT 1');
  }

  /** Creates a map with these entries. If a key occurs more than once, its first entry counts. */
  static of(entries: Iterable<readonly [key: string, value: string]>): ScratchMap {
    const database = openDatabase('', { mode: 'write' });
    return closeOnFailure(database, () => {
      database.exec('CREATE TABLE entries (key ANY NOT NULL, value ANY NOT NULL) STRICT');
      const insert = database.prepare('INSERT INTO entries (key, value) VALUES (?, ?)');
      database.transaction(() => {
        for (const [key, value] of entries) insert.run(keyToColumn(key), keyToColumn(value));
      })();
      // Create the index after all rows are written. One sort is cheaper than changing the index for each
      // row.
      database.exec('CREATE INDEX entries_key ON entries (key)');
      return new ScratchMap(database);
    });
  }

  /** The value of a key; null if there is none. The case of UUIDs does not matter. */
  get(key: string): string | null {
    const row = this.#find.get(keyToColumn(key)) as { value: Buffer | string } | undefined;
    return row === undefined ? null : keyFromColumn(row.value);
  }

  /** Closes the file. */
  close(): void {
    this.#database.close();
  }
}
