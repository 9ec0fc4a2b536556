import type { ListingStart } from '../core/listing-start.ts';
import type { Connection, Statement } from './connection.ts';
import { schemaVersion } from './migrate.ts';

/** The first schema with the table. */
const SINCE_SCHEMA = 4;
/** The first schema with the run that is continued. */
const RUN_SCHEMA = 5;

/** The part of the listing that a run with `since` reads, and that it leaves to the next run. */
export interface ListingSince extends ListingStart {
  /**
   * The earliest upload of a file that the run left undecided or too young, ms; null if there is none.
   */
  readonly openFrom: number | null;
}

/** The upload times from which a run with `since`, and the run after it, list files. */
export class ListingSinceTable {
  readonly #begin: Statement | null;
  readonly #add: Statement | null;
  readonly #get: Statement | null;

  constructor(database: Connection) {
    const schema = schemaVersion(database);
    const hasTable = schema >= SINCE_SCHEMA;
    const hasRun = schema >= RUN_SCHEMA;
    const prepare = (sql: string) => (hasTable ? database.prepare(sql) : null);
    // A process migrates a ledger before it begins a listing.
    this.#begin = hasRun
      ? database.prepare(
          'INSERT INTO listing_since (id, since, continued_run) VALUES (1, @from, @run)',
        )
      : null;
    this.#add = prepare('UPDATE listing_since SET open_from = min(coalesce(open_from, @at), @at)');
    this.#get = prepare(
      `SELECT since AS "from", ${hasRun ? 'continued_run' : 'NULL'} AS run, open_from AS openFrom FROM listing_since`,
    );
  }

  /** Records from when on the run lists files, and which run it continues. */
  begin({ from, run }: ListingStart): void {
    this.#begin?.run({ from, run });
  }

  /** Records an upload time that the run leaves open. Must be called in the transaction of its page. */
  leaveOpen(at: number): void {
    this.#add?.run({ at: Math.floor(at) });
  }

  /** The start of the listing of the run; null if its source has no `since`. */
  start(): ListingStart | null {
    const row = this.get();
    return row === null ? null : { from: row.from, run: row.run };
  }

  /** Null if the source of the run has no `since`. */
  get(): ListingSince | null {
    return (this.#get?.get() as ListingSince | undefined) ?? null;
  }
}
