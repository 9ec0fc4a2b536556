import { keyToColumn } from './item-key-column.ts';
import { type Connection, openDatabase, type Statement } from './open-database.ts';

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
