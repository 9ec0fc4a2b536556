import type { Connection, Statement } from './connection.ts';
import { schemaVersion } from './migrate.ts';

/** The first schema with the table. */
const SINCE_SCHEMA = 4;

/** The part of the listing that a run with `since` reads, and that it leaves to the next run. */
export interface ListingSince {
  /** The run lists the files that were uploaded after this time, ms; null if it lists all. */
  readonly since: number | null;
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
    const hasTable = schemaVersion(database) >= SINCE_SCHEMA;
    const prepare = (sql: string) => (hasTable ? database.prepare(sql) : null);
    this.#begin = prepare('INSERT INTO listing_since (id, since) VALUES (1, ?)');
    this.#add = prepare('UPDATE listing_since SET open_from = min(coalesce(open_from, @at), @at)');
    this.#get = prepare('SELECT since, open_from AS openFrom FROM listing_since');
  }

  /** Records from when on the run lists files. */
  begin(since: number | null): void {
    this.#begin?.run(since);
  }

  /** Records an upload time that the run leaves open. Must be called in the transaction of its page. */
  leaveOpen(at: number): void {
    this.#add?.run({ at: Math.floor(at) });
  }

  /** Null if the source of the run has no `since`. */
  get(): ListingSince | null {
    return (this.#get?.get() as ListingSince | undefined) ?? null;
  }
}
