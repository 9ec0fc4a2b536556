import { ITEM_STATES, type ItemKey, type ItemState } from '../core/item.ts';
import type { JsonObject } from '../core/json.ts';
import { keyFromColumn } from './item-key-column.ts';
import { ItemTable, stateFromCode } from './item-table.ts';
import { LEDGER_SCHEMA } from './ledger.ts';
import { checkSchema } from './migrate.ts';
import { type Connection, openDatabase } from './open-database.ts';
import { OutcomeTable } from './outcome-table.ts';
import { PageTable } from './page-table.ts';
import { RunTable } from './run-table.ts';

/** An item with all that the ledger knows of its end. */
export interface ItemRecord {
  readonly seq: number;
  readonly key: ItemKey;
  readonly step: number;
  readonly state: ItemState;
  readonly attempts: number;
  readonly reason: string | null;
  readonly message: string | null;
  readonly requestId: string | null;
  readonly result: JsonObject | null;
  /** Server time, ms; null where nothing was noted. */
  readonly at: number | null;
}

interface ItemRecordRow {
  readonly seq: number;
  readonly key: Buffer | string;
  readonly step: number;
  readonly state: number;
  readonly attempts: number;
  readonly reason: string | null;
  readonly message: string | null;
  readonly request_id: string | null;
  readonly result: string | null;
  readonly at: number | null;
}

const RECORDS = `
SELECT items.seq, items.key, items.step, items.state, items.attempts, outcomes.reason,
  outcomes.message, outcomes.request_id, outcomes.result, outcomes.at
FROM items LEFT JOIN outcomes ON outcomes.item = items.seq AND outcomes.step = items.step
WHERE items.seq > @after AND (@state IS NULL OR items.state = @state)
ORDER BY items.seq LIMIT @limit`;
const PAGE_SIZE = 1000;

/** Reads a ledger that another process may be writing, or whose process died. Changes nothing. */
export class LedgerReader {
  readonly run: RunTable;
  readonly pages: PageTable;
  readonly items: ItemTable;
  readonly outcomes: OutcomeTable;
  readonly #database: Connection;

  private constructor(database: Connection) {
    this.#database = database;
    this.run = new RunTable(database);
    this.pages = new PageTable(database);
    this.items = new ItemTable(database);
    this.outcomes = new OutcomeTable(database);
  }

  /** Opens the file; refuses one that is not a ledger or is newer than this program. */
  static open(path: string): LedgerReader {
    const database = openDatabase(path, { mode: 'read' });
    try {
      checkSchema(database, LEDGER_SCHEMA);
      return new LedgerReader(database);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** The items in order, those of one state where asked; `limit` bounds how many. */
  *records(options: { state?: ItemState; limit?: number }): Generator<ItemRecord> {
    const statement = this.#database.prepare(RECORDS);
    const state = options.state === undefined ? null : ITEM_STATES.indexOf(options.state);
    let left = options.limit ?? Number.POSITIVE_INFINITY;
    let after = 0;
    while (left > 0) {
      const limit = Math.min(PAGE_SIZE, left);
      const rows = statement.all({ after, state, limit }) as ItemRecordRow[];
      for (const row of rows) yield toRecord(row);
      after = rows.at(-1)?.seq ?? after;
      left = rows.length < limit ? 0 : left - rows.length;
    }
  }

  /** Closes the file. */
  close(): void {
    this.#database.close();
  }
}

function toRecord(row: ItemRecordRow): ItemRecord {
  return {
    seq: row.seq,
    key: keyFromColumn(row.key),
    step: row.step,
    state: stateFromCode(row.state),
    attempts: row.attempts,
    reason: row.reason,
    message: row.message,
    requestId: row.request_id,
    result: row.result === null ? null : (JSON.parse(row.result) as JsonObject),
    at: row.at,
  };
}
