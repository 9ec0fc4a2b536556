import { schemaVersion } from './migrate.ts';
import type { Connection, Statement } from './open-database.ts';

/** The schema that has the table. */
const SINCE_SCHEMA = 2;

/** How many items the service says its listing has: to compare with what it listed. */
export class ListingTotalTable {
  readonly #set: Statement | null;
  readonly #get: Statement | null;

  constructor(database: Connection) {
    const isThere = schemaVersion(database) >= SINCE_SCHEMA;
    this.#set = isThere
      ? database.prepare('INSERT OR REPLACE INTO listing_total (id, total) VALUES (1, ?)')
      : null;
    this.#get = isThere ? database.prepare('SELECT total FROM listing_total') : null;
  }

  /** Keeps the counter of the newest page; part of that page's transaction. */
  set(total: number): void {
    this.#set?.run(total);
  }

  /** null if the service did not say, or the ledger is of schema 1. */
  get(): number | null {
    return (this.#get?.get() as { total: number } | undefined)?.total ?? null;
  }
}
