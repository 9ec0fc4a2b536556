import type { Connection, Statement } from './connection.ts';
import { schemaVersion } from './migrate.ts';

/** The first schema with the table. */
const SINCE_SCHEMA = 2;

/**
 * The number of items in the listing, as the service reports it. ucbulk compares it with the number of items
 * that it listed, to notice an incomplete listing.
 */
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

  /** Saves the number that the newest page reports. Must be called in the transaction of that page. */
  set(total: number): void {
    this.#set?.run(total);
  }

  /** The number of items. Null if the service reported none, or if the ledger has schema 1. */
  get(): number | null {
    return (this.#get?.get() as { total: number } | undefined)?.total ?? null;
  }
}
