import type { Connection, Statement } from './connection.ts';
import { schemaVersion } from './migrate.ts';

/** The first schema with the table. */
const SINCE_SCHEMA = 2;

/**
 * The number of items that the service states for its listing. It is compared with the number of items that
 * were listed.
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

  /** Saves the number that the newest page states. Part of the transaction of that page. */
  set(total: number): void {
    this.#set?.run(total);
  }

  /** The number of items; null if the service stated none, or if the ledger has schema 1. */
  get(): number | null {
    return (this.#get?.get() as { total: number } | undefined)?.total ?? null;
  }
}
