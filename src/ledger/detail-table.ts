import type { JsonObject } from '../core/json.ts';
import type { Connection, Statement } from './connection.ts';
import { parseStoredJson } from './database-failure.ts';

/** The facts about items that the source returned in addition to their keys. */
export class DetailTable {
  readonly #put: Statement;
  readonly #of: Statement;

  constructor(database: Connection) {
    this.#put = database.prepare(
      `INSERT INTO item_details (item, details) VALUES (@item, @details)
       ON CONFLICT (item) DO UPDATE SET details = excluded.details`,
    );
    this.#of = database.prepare(
      `SELECT item, details FROM item_details WHERE item IN (SELECT value FROM json_each(?))`,
    );
  }

  /** Replaces the details of an item. */
  put(item: number, details: JsonObject): void {
    this.#put.run({ item, details: JSON.stringify(details) });
  }

  /** The details by item. Items without details are absent. */
  of(items: readonly number[]): Map<number, JsonObject> {
    const rows = this.#of.all(JSON.stringify(items)) as { item: number; details: string }[];
    return new Map(rows.map(({ item, details }) => [item, parseStoredJson<JsonObject>(details)]));
  }
}
