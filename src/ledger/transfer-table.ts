import type { JsonObject } from '../core/json.ts';
import { keptJson } from './database-failure.ts';
import type { Connection, Statement } from './open-database.ts';

/** An upload in parts, as the ledger has it. */
export interface TransferRecord {
  /** What the operation keeps of it. */
  readonly session: JsonObject;
  /** Checksums of the parts that are there, by their places from 0. */
  readonly parts: ReadonlyMap<number, string>;
}

/** The key that tells a kept answer from the session of an upload in parts. */
const ANSWER = 'answer';

/**
 * Open uploads by item, with what another process needs to continue: the session of an upload in
 * parts, or the answer to an upload whose check is still due. They are few, so this table remembers
 * which items have one: other items cost no statement.
 */
export class TransferTable {
  readonly #begin: Statement;
  readonly #addPart: Statement;
  readonly #session: Statement;
  readonly #parts: Statement;
  readonly #end: readonly Statement[];
  readonly #items: Statement;
  /** Null until it is read. */
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

  /** Call this after a transaction that was rolled back: what this table remembers may be wrong then. */
  rolledBack(): void {
    this.#open = null;
  }

  /** Keeps an upload that has begun, in place of an earlier one and its parts. */
  begin(item: number, session: JsonObject): void {
    this.end(item);
    this.#begin.run(item, JSON.stringify(session));
    this.#openItems().add(item);
  }

  /** Notes a part that is there. */
  addPart(item: number, part: number, checksum: string): void {
    this.#addPart.run(item, part, checksum);
  }

  /** The upload in parts of an item; null if there is none. */
  find(item: number): TransferRecord | null {
    const session = this.#kept(item);
    if (session === null || ANSWER in session) return null;
    const parts = this.#parts.all(item) as [number, string][];
    return { session, parts: new Map(parts) };
  }

  /** Keeps the answer to an item's upload until its check has ended. */
  keepAnswer(item: number, answer: JsonObject): void {
    this.begin(item, { [ANSWER]: answer });
  }

  /** The answer to an item's upload whose check is still due; null if there is none. */
  answer(item: number): JsonObject | null {
    const answer = this.#kept(item)?.[ANSWER];
    return answer === undefined ? null : (answer as JsonObject);
  }

  /** Forgets the answer to an item's upload; an upload in parts stays. */
  forgetAnswer(item: number): void {
    if (this.answer(item) !== null) this.end(item);
  }

  /** Forgets an upload that ended. */
  end(item: number): void {
    if (!this.#openItems().delete(item)) return;
    for (const statement of this.#end) statement.run(item);
  }

  #kept(item: number): JsonObject | null {
    if (!this.#openItems().has(item)) return null;
    const session = this.#session.get(item) as string | undefined;
    return session === undefined ? null : keptJson<JsonObject>(session);
  }

  #openItems(): Set<number> {
    this.#open ??= new Set(this.#items.all() as number[]);
    return this.#open;
  }
}
