import type { JsonObject } from '../core/json.ts';
import type { Connection, Statement } from './connection.ts';
import { parseStoredJson } from './database-failure.ts';

/** An upload in parts, as stored in the ledger. */
export interface TransferRecord {
  /** Data that the upload operation stores to continue later. */
  readonly session: JsonObject;
  /** Checksums of the uploaded parts, by part number. The first part is 0. */
  readonly parts: ReadonlyMap<number, string>;
}

/** The key that marks a stored answer. The session of an upload in parts never has this key. */
const ANSWER = 'answer';

/**
 * Unfinished uploads by item, with the data that another process needs to continue. This data is the session
 * of an upload in parts, or an answer that ucbulk still has to check. Few items have an unfinished upload.
 * The table remembers in memory which ones, so that the other items need no SQL statement.
 */
export class TransferTable {
  readonly #begin: Statement;
  readonly #addPart: Statement;
  readonly #session: Statement;
  readonly #parts: Statement;
  readonly #end: readonly Statement[];
  readonly #items: Statement;
  /** Items with an unfinished upload; null until the table has been read. */
  #open: Set<number> | null = null;

  constructor(database: Connection) {
    this.#begin = database.prepare('INSERT INTO transfers (item, session) VALUES (?, ?)');
    this.#addPart = database.prepare(
      'INSERT OR REPLACE INTO transfer_parts (item, part, checksum) VALUES (?, ?, ?)',
    );
    this.#session = database.prepare('SELECT session FROM transfers WHERE item = ?').pluck();
    this.#parts = database
      .prepare('SELECT part, checksum FROM transfer_parts WHERE item = ?')
      .raw();
    this.#end = [
      database.prepare('DELETE FROM transfers WHERE item = ?'),
      database.prepare('DELETE FROM transfer_parts WHERE item = ?'),
    ];
    this.#items = database.prepare('SELECT item FROM transfers').pluck();
  }

  /**
   * Forgets which items have an unfinished upload, so that the table is read again. Call this after a
   * rollback: it may have undone changes that the memory of this object already contains.
   */
  rolledBack(): void {
    this.#open = null;
  }

  /** Saves an upload that has started. Replaces an earlier upload of the item and its parts. */
  begin(item: number, session: JsonObject): void {
    this.end(item);
    this.#begin.run(item, JSON.stringify(session));
    this.#openItems().add(item);
  }

  /** Records an uploaded part. */
  addPart(item: number, part: number, checksum: string): void {
    this.#addPart.run(item, part, checksum);
  }

  /** Finds the upload in parts of an item; null if there is none. */
  find(item: number): TransferRecord | null {
    const session = this.#stored(item);
    if (session === null || ANSWER in session) return null;
    const parts = this.#parts.all(item) as [number, string][];
    return { session, parts: new Map(parts) };
  }

  /** Saves the answer to an item's upload, until the answer has been checked. */
  keepAnswer(item: number, answer: JsonObject): void {
    this.begin(item, { [ANSWER]: answer });
  }

  /** The answer to an item's upload that must still be checked; null if there is none. */
  answer(item: number): JsonObject | null {
    const answer = this.#stored(item)?.[ANSWER];
    return answer === undefined ? null : (answer as JsonObject);
  }

  /** Removes the answer to an item's upload. The session of an upload in parts stays. */
  forgetAnswer(item: number): void {
    if (this.answer(item) !== null) this.end(item);
  }

  /** Removes an upload that ended. */
  end(item: number): void {
    if (!this.#openItems().delete(item)) return;
    for (const statement of this.#end) statement.run(item);
  }

  #stored(item: number): JsonObject | null {
    if (!this.#openItems().has(item)) return null;
    const session = this.#session.get(item) as string | undefined;
    return session === undefined ? null : parseStoredJson<JsonObject>(session);
  }

  #openItems(): Set<number> {
    this.#open ??= new Set(this.#items.all() as number[]);
    return this.#open;
  }
}
