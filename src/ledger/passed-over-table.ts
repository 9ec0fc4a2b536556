import { NONE_PASSED_OVER, type PassedOver } from '../core/passed-over.ts';
import { schemaVersion } from './migrate.ts';
import type { Connection, Statement } from './open-database.ts';

/** The schema that has the table; a ledger of an earlier one is read, and has counted nothing. */
const SINCE_SCHEMA = 2;

/** Entries of a folder that the walk did not take. */
export class PassedOverTable {
  readonly #add: Statement | null;
  readonly #all: Statement | null;

  constructor(database: Connection) {
    const isThere = schemaVersion(database) >= SINCE_SCHEMA;
    this.#add = isThere
      ? database.prepare(
          `INSERT INTO passed_over (reason, entries) VALUES (?, ?)
           ON CONFLICT DO UPDATE SET entries = entries + excluded.entries`,
        )
      : null;
    this.#all = isThere ? database.prepare('SELECT reason, entries FROM passed_over') : null;
  }

  /** Counts the entries of one page; part of that page's transaction. */
  add(passed: PassedOver): void {
    for (const [reason, entries] of Object.entries(passed)) {
      if (entries > 0) this.#add?.run(reason, entries);
    }
  }

  /** All entries of the pages so far. */
  total(): PassedOver {
    const rows = (this.#all?.all() ?? []) as { reason: string; entries: number }[];
    const found = Object.fromEntries(rows.map(({ reason, entries }) => [reason, entries]));
    return { ...NONE_PASSED_OVER, ...found };
  }
}
