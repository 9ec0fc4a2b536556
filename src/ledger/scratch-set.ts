import { isFileUuid } from '../core/file-uuid.ts';
import type { Connection, Statement } from './connection.ts';
import { keyToColumn } from './item-row.ts';
import { KeyFilter } from './key-filter.ts';
import { openDatabase } from './open-database.ts';

/** Number of keys that stay in memory. */
const MAX_RECENT = 10_000;
const INSERT_UUIDS = `INSERT INTO entries SELECT unhex(value, '-') AS key FROM json_each(?)`;

/**
 * A set of texts. Most of them are in an unnamed file, which the system removes when the process ends. Ten
 * million UUIDs need about 30 MB of memory, and about 50 bytes of disk space each.
 */
export class ScratchSet {
  readonly #database: Connection;
  /** The keys that are not in the file yet. */
  #recent = new Set<string>();
  /** The keys in the file. null as long as the file is empty. */
  #stored: KeyFilter | null = null;
  /** Finds a key in the file. null until it is needed for the first time, and the file has an index. */
  #find: Statement | null = null;

  private constructor(database: Connection) {
    this.#database = database;
    // Nobody needs the file after the process ends, so rollback and sync are off.
    database.pragma('journal_mode = OFF');
    database.pragma('synchronous = OFF');
    database.exec('CREATE TABLE entries (key ANY NOT NULL) STRICT');
  }

  /** Creates an empty set. */
  static open(): ScratchSet {
    return new ScratchSet(openDatabase('', { mode: 'write' }));
  }

  /** Adds keys and returns the new ones. The case of UUIDs does not matter. */
  add(keys: readonly string[]): string[] {
    return keys.filter((key) => this.#addOne(key));
  }

  /** True if the key was added. The case of UUIDs does not matter. */
  has(key: string): boolean {
    return this.#hasNormalized(normalize(key));
  }

  /** Closes the file. */
  close(): void {
    this.#database.close();
  }

  #addOne(given: string): boolean {
    const key = normalize(given);
    if (this.#hasNormalized(key)) return false;
    this.#recent.add(key);
    if (this.#recent.size === MAX_RECENT) this.#storeRecent();
    return true;
  }

  #hasNormalized(key: string): boolean {
    if (this.#recent.has(key)) return true;
    return this.#stored?.mayHave(key) === true && this.#isStored(key);
  }

  /** Most sets never need this: without repeated keys, the filter almost always answers. */
  #isStored(key: string): boolean {
    this.#find ??= this.#createIndex();
    return this.#find.get(keyToColumn(key)) !== undefined;
  }

  #createIndex(): Statement {
    this.#database.exec('CREATE INDEX entries_key ON entries (key)');
    return this.#database.prepare('SELECT 1 FROM entries WHERE key = ?');
  }

  #storeRecent(): void {
    const filter = this.#stored ?? new KeyFilter();
    const uuids: string[] = [];
    const others: string[] = [];
    for (const key of this.#recent) {
      filter.add(key);
      if (isFileUuid(key)) uuids.push(key);
      else others.push(key);
    }
    // An index grows much faster with ordered keys.
    const order = this.#find === null ? '' : ' ORDER BY key';
    this.#database.transaction(() => {
      this.#database.prepare(`${INSERT_UUIDS}${order}`).run(JSON.stringify(uuids));
      const insert = this.#database.prepare('INSERT INTO entries (key) VALUES (?)');
      for (const key of others) insert.run(key);
    })();
    this.#stored = filter;
    this.#recent = new Set();
  }
}

function normalize(key: string): string {
  return isFileUuid(key) ? key.toLowerCase() : key;
}
