import type { JsonObject } from '../core/json.ts';
import { keptJson } from './database-failure.ts';
import type { Connection, Statement } from './open-database.ts';

/** An upload in parts as the ledger knows it. */
export interface TransferRecord {
  /** What the operation keeps of it. */
  readonly session: JsonObject;
  /** Checksums of the parts that are there, by their places from 0. */
  readonly parts: ReadonlyMap<number, string>;
}

/**
 * Uploads in parts that were begun, by the item whose file it is: what another process needs to go
 * on. They are few, so their items are known without asking: other items cost no statement.
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

  /** What was kept of an item's upload; null where nothing was. */
  find(item: number): TransferRecord | null {
    if (!this.#openItems().has(item)) return null;
    const session = this.#session.get(item) as string | undefined;
    if (session === undefined) return null;
    const parts = this.#parts.all(item) as [number, string][];
    return { session: keptJson<JsonObject>(session), parts: new Map(parts) };
  }

  /** Forgets an upload that ended. */
  end(item: number): void {
    if (!this.#openItems().delete(item)) return;
    for (const statement of this.#end) statement.run(item);
  }

  #openItems(): Set<number> {
    this.#open ??= new Set(this.#items.all() as number[]);
    return this.#open;
  }
}
