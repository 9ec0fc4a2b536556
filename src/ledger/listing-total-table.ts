import type { Connection, Statement } from './connection.ts';
import { schemaVersion } from './migrate.ts';

/** The first schema with the table. */
const SINCE_SCHEMA = 2;

/** The service's own count of the items in its listing, to compare with the items that it listed. */
export class ListingTotalTable {
  readonly #set: Statement | null;
  readonly #get: Statement | null;

  constructor(database: Connection) {
    const hasTable = schemaVersion(database) >= SINCE_SCHEMA;
    this.#set = hasTable
      ? database.prepare('INSERT OR REPLACE INTO listing_total (id, total) VALUES (1, ?)')
      : null;
    this.#get = hasTable ? database.prepare('SELECT total FROM listing_total') : null;
  }

  /** Saves the count of the newest page; part of that page's transaction. */
  set(total: number): void {
    this.#set?.run(total);
  }

  /** The count; null if the service gave none, or the ledger has schema 1. */
  get(): number | null {
    return (this.#get?.get() as { total: number } | undefined)?.total ?? null;
  }
}
