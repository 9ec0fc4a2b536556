import { UNCERTAIN_FIELDS, type UncertainField } from '../core/file-facts.ts';
import { addUndecided, NONE_UNDECIDED, type Undecided } from '../core/undecided.ts';
import type { Connection, Statement } from './connection.ts';
import { schemaVersion } from './migrate.ts';

/** Key of the row that counts each file once, even if several of its fields were unknown. */
const ALL_FILES = '';
/** The first schema with this table. The counts of an older ledger are 0. */
const SINCE_SCHEMA = 2;

/** Counts of files that were not selected because a field was unknown. */
export class UndecidedTable {
  readonly #add: Statement | null;
  readonly #all: Statement | null;

  constructor(database: Connection) {
    const hasTable = schemaVersion(database) >= SINCE_SCHEMA;
    this.#add = hasTable
      ? database.prepare(
          `INSERT INTO undecided (field, files) VALUES (?, ?)
           ON CONFLICT DO UPDATE SET files = files + excluded.files`,
        )
      : null;
    this.#all = hasTable ? database.prepare('SELECT field, files FROM undecided') : null;
  }

  /** Adds the counts of one page. Must be called in the transaction of that page. */
  add({ count, fields }: Undecided): void {
    if (count === 0) return;
    this.#add?.run(ALL_FILES, count);
    for (const [field, files] of Object.entries(fields)) this.#add?.run(field, files);
  }

  /** The counts for all pages so far. */
  total(): Undecided {
    const rows = (this.#all?.all() ?? []) as { field: string; files: number }[];
    return rows.map(toUndecided).reduce(addUndecided, NONE_UNDECIDED);
  }
}

function toUndecided({ field, files }: { field: string; files: number }): Undecided {
  if (field === ALL_FILES) return { count: files, fields: {} };
  return isUncertain(field) ? { count: 0, fields: { [field]: files } } : NONE_UNDECIDED;
}

function isUncertain(field: string): field is UncertainField {
  return UNCERTAIN_FIELDS.some((known) => known === field);
}
