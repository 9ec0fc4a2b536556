import { type Connection, closeOnFailure, type Statement } from './connection.ts';
import { keyFromColumn, keyToColumn } from './item-row.ts';
import { openDatabase } from './open-database.ts';

/** An item of a plan, as `PlanKeys` stores it. */
export interface PlannedKey {
  readonly key: string;
  readonly hash: string;
  /** True if the plan could not decide about the file without a read. */
  readonly isOpen: boolean;
}

/** Size of SQLite's cache, KiB. The index of a million keys nearly fits into it. */
const CACHE_KIB = 24 * 1024;

/**
 * The items of a plan in an unnamed file, which the system removes when the process ends. Each item has its
 * position in the plan, from 1. An item is met if the run has already found it again.
 */
export class PlanKeys {
  readonly #database: Connection;
  readonly #insert: Statement;
  #find: Statement | null = null;
  #meet: Statement | null = null;
  #last: { readonly key: Buffer | string } | undefined;

  private constructor(database: Connection) {
    this.#database = database;
    // Nobody needs the file after the process ends, so rollback and sync are off.
    database.pragma('journal_mode = OFF');
    database.pragma('synchronous = OFF');
    database.pragma(`cache_size = -${CACHE_KIB}`);
    database.exec(
      `CREATE TABLE entries (
         position INTEGER PRIMARY KEY, key ANY NOT NULL, hash TEXT NOT NULL,
         is_open INTEGER NOT NULL, is_met INTEGER NOT NULL DEFAULT 0
       ) STRICT`,
    );
    this.#insert = database.prepare('INSERT INTO entries (key, hash, is_open) VALUES (?, ?, ?)');
  }

  /** Creates an empty set. */
  static open(): PlanKeys {
    const database = openDatabase('', { mode: 'write' });
    return closeOnFailure(database, () => new PlanKeys(database));
  }

  /** Adds the next items. Must not be called after another method. */
  add(items: readonly PlannedKey[]): void {
    this.#database.transaction(() => {
      for (const { key, hash, isOpen } of items) {
        this.#insert.run(keyToColumn(key), hash, isOpen ? 1 : 0);
      }
    })();
  }

  /** Finds an item; null if the plan does not have it. The case of UUIDs does not matter. */
  find(key: string): Omit<PlannedKey, 'key'> | null {
    this.#find ??= this.#indexed('SELECT hash, is_open FROM entries WHERE key = ?');
    const row = this.#find.get(keyToColumn(key)) as { hash: string; is_open: number } | undefined;
    return row === undefined ? null : { hash: row.hash, isOpen: row.is_open === 1 };
  }

  /** True if the plan has the item at its last position. */
  isLast(key: string): boolean {
    this.#last ??= this.#database
      .prepare('SELECT key FROM entries ORDER BY position DESC LIMIT 1')
      .get() as { key: Buffer | string } | undefined;
    return this.#last !== undefined && isSameKey(this.#last.key, keyToColumn(key));
  }

  /** Marks items as met. Ignores keys that the plan does not have. */
  meet(keys: readonly string[]): void {
    this.#meet ??= this.#indexed('UPDATE entries SET is_met = (1) WHERE key = ?');
    const meet = this.#meet;
    this.#database.transaction(() => {
      for (const key of keys) meet.run(keyToColumn(key));
    })();
  }

  /** The next items after a position that were not met. Leaves out items that the plan could not decide about. */
  unmet(after: number, limit: number): { readonly position: number; readonly key: string }[] {
    return this.#page('AND is_met = 0 AND is_open = 0', after, limit);
  }

  /** Number of items that were not met, without those that the plan could not decide about. */
  countUnmet(): number {
    const sql = 'SELECT count(*) AS count FROM entries WHERE is_met = 0 AND is_open = 0';
    return (this.#database.prepare(sql).get() as { count: number }).count;
  }

  /** The next items after a position. */
  after(position: number, limit: number): { readonly position: number; readonly key: string }[] {
    return this.#page('', position, limit);
  }

  /** Closes the file. */
  close(): void {
    this.#database.close();
  }

  #page(condition: string, after: number, limit: number) {
    const sql = `SELECT position, key FROM entries WHERE position > ? ${condition} ORDER BY position LIMIT ?`;
    const rows = this.#database.prepare(sql).all(after, limit);
    return (rows as { position: number; key: Buffer | string }[]).map((row) => ({
      position: row.position,
      key: keyFromColumn(row.key),
    }));
  }

  // Creates the index after all rows were added: one sort is cheaper than changing the index for each row.
  #indexed(sql: string): Statement {
    this.#database.exec('CREATE INDEX IF NOT EXISTS entries_key ON entries (key)');
    return this.#database.prepare(sql);
  }
}

function isSameKey(one: Buffer | string, other: Buffer | string): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other;
  return one.equals(other);
}
