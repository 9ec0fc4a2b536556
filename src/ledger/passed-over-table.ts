import { NONE_PASSED_OVER, type PassedOver } from '../core/passed-over.ts';
import type { Connection, Statement } from './connection.ts';
import { schemaVersion } from './migrate.ts';

/** The first schema with this table. The counts of an older ledger are 0. */
const SINCE_SCHEMA = 2;

/** Counts of the files and subfolders that ucbulk skipped when it uploaded a folder. */
export class PassedOverTable {
  readonly #add: Statement | null;
  readonly #all: Statement | null;

  constructor(database: Connection) {
    const hasTable = schemaVersion(database) >= SINCE_SCHEMA;
    this.#add = hasTable
      ? database.prepare(
          `INSERT INTO passed_over (reason, entries) VALUES (?, ?)
           ON CONFLICT DO UPDATE SET entries = entries + excluded.entries`,
        )
      : null;
    this.#all = hasTable ? database.prepare('SELECT reason, entries FROM passed_over') : null;
  }

  /** Adds the counts of one page. Must be called in the transaction of that page. */
  add(passed: PassedOver): void {
    for (const [reason, entries] of Object.entries(passed)) {
      if (entries > 0) this.#add?.run(reason, entries);
    }
  }

  /** The counts for all pages so far. */
  total(): PassedOver {
    const rows = (this.#all?.all() ?? []) as { reason: string; entries: number }[];
    const found = Object.fromEntries(rows.map(({ reason, entries }) => [reason, entries]));
    return { ...NONE_PASSED_OVER, ...found };
  }
}
