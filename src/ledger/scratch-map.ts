import { keyFromColumn, keyToColumn } from './item-row.ts';
import { type Connection, openDatabase, type Statement } from './open-database.ts';

/**
 * A map of texts on disk, in a nameless file that the system removes with the process: ten million
 * UUIDs take a few MB of memory, and about 60 bytes of disk each.
 */
export class ScratchMap {
  readonly #database: Connection;
  readonly #find: Statement;

  private constructor(database: Connection) {
    this.#database = database;
    this.#find = database.prepare('SELECT value FROM entries WHERE key = ? ORDER BY rowid LIMIT 1');
  }

  /** Takes all entries; of two with one key the first one holds. */
  static of(entries: Iterable<readonly [key: string, value: string]>): ScratchMap {
    const database = openDatabase('', { mode: 'write' });
    try {
      database.exec('CREATE TABLE entries (key ANY NOT NULL, value ANY NOT NULL) STRICT');
      const insert = database.prepare('INSERT INTO entries (key, value) VALUES (?, ?)');
      database.transaction(() => {
        for (const [key, value] of entries) insert.run(keyToColumn(key), keyToColumn(value));
      })();
      // After the rows: sorted at once, where row by row each would be a page of its own to change.
      database.exec('CREATE INDEX entries_key ON entries (key)');
      return new ScratchMap(database);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** What a key stands for; null where it is not there. UUIDs are the same in either case. */
  get(key: string): string | null {
    const row = this.#find.get(keyToColumn(key)) as { value: Buffer | string } | undefined;
    return row === undefined ? null : keyFromColumn(row.value);
  }

  /** Lets go of the file. */
  close(): void {
    this.#database.close();
  }
}

/** A set of texts on disk, in a nameless file that the system removes with the process. */
export class ScratchSet {
  readonly #database: Connection;
  readonly #insert: Statement;
  readonly #find: Statement;

  private constructor(database: Connection) {
    this.#database = database;
    // Gone with the process: there is nothing to roll back to, and nothing to sync.
    database.pragma('journal_mode = OFF');
    database.pragma('synchronous = OFF');
    database.exec('CREATE TABLE entries (key ANY PRIMARY KEY) STRICT, WITHOUT ROWID');
    this.#insert = database.prepare('INSERT OR IGNORE INTO entries (key) VALUES (?)');
    this.#find = database.prepare('SELECT 1 FROM entries WHERE key = ?');
  }

  /** Opens an empty one. */
  static open(): ScratchSet {
    return new ScratchSet(openDatabase('', { mode: 'write' }));
  }

  /** Adds them, and gives those that were not there; UUIDs are the same in either case. */
  add(keys: readonly string[]): string[] {
    const isNew = (key: string) => this.#insert.run(keyToColumn(key)).changes === 1;
    if (keys.length === 1) return keys.filter(isNew);
    return this.#database.transaction(() => keys.filter(isNew))();
  }

  /** True if the key was added; UUIDs are the same in either case. */
  has(key: string): boolean {
    return this.#find.get(keyToColumn(key)) !== undefined;
  }

  /** Lets go of the file. */
  close(): void {
    this.#database.close();
  }
}
