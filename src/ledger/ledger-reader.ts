import type { ItemKey } from '../core/item.ts';
import { ITEM_STATES, type ItemState } from '../core/item-state.ts';
import type { JsonObject } from '../core/json.ts';
import { UserError } from '../core/user-error.ts';
import { readCdnHosts } from './cdn-host-table.ts';
import type { Connection } from './connection.ts';
import { parseStoredJson } from './database-failure.ts';
import { withoutGuesses } from './guessed-facts.ts';
import { keyFromColumn, stateFromCode } from './item-row.ts';
import { ItemTable } from './item-table.ts';
import { openLedgerFile } from './ledger-file.ts';
import { ListingTotalTable } from './listing-total-table.ts';
import { LostAnswerTable } from './lost-answer-table.ts';
import { schemaVersion } from './migrate.ts';
import { type OutcomeRecord, OutcomeTable } from './outcome-table.ts';
import { PageTable } from './page-table.ts';
import { PaidTable } from './paid-table.ts';
import { PassedOverTable } from './passed-over-table.ts';
import { type RunRecord, RunTable } from './run-table.ts';
import { UndecidedTable } from './undecided-table.ts';
import { readWaits, type WaitRecord } from './wait-table.ts';

/** An item with its outcome, if the ledger has one. */
export interface ItemRecord {
  readonly seq: number;
  readonly key: ItemKey;
  readonly step: number;
  readonly state: ItemState;
  readonly attempts: number;
  /** The facts that the source returned in addition to the key. */
  readonly details: JsonObject | null;
  readonly reason: string | null;
  readonly message: string | null;
  readonly requestId: string | null;
  readonly result: JsonObject | null;
  /** Server time of the outcome, ms; null if no outcome was recorded. */
  readonly at: number | null;
}

interface ItemRecordRow {
  readonly seq: number;
  readonly key: Buffer | string;
  readonly step: number;
  readonly state: number;
  readonly attempts: number;
  readonly details: string | null;
  readonly reason: string | null;
  readonly message: string | null;
  readonly request_id: string | null;
  readonly result: string | null;
  readonly at: number | null;
}

/** The last request that contained an item. */
export interface SendRecord {
  readonly item: number;
  /** Server time of the last send, ms. */
  readonly sentAt: number;
  /** How many times the request was sent. */
  readonly sends: number;
  /** Number of items in the request. */
  readonly items: number;
  readonly requestId: string | null;
}

/** Defines which items of a run to read. */
export interface RecordsWanted {
  readonly states?: readonly ItemState[];
  readonly limit?: number;
  readonly after?: number;
}

const RECORDS = `
SELECT items.seq, items.key, items.step, items.state, items.attempts,
  (SELECT details FROM item_details WHERE item_details.item = items.seq) AS details,
  outcomes.reason, outcomes.message, outcomes.request_id, outcomes.result, outcomes.at
FROM items LEFT JOIN outcomes ON outcomes.item = items.seq AND outcomes.step = items.step
WHERE items.seq > @after
  AND (@states IS NULL OR items.state IN (SELECT value FROM json_each(@states)))
ORDER BY items.seq LIMIT @limit`;
const STEP_OUTCOMES = `
SELECT item, step, state, reason, message, request_id AS requestId, result, at FROM outcomes
WHERE item IN (SELECT value FROM json_each(?)) ORDER BY item, step`;
const LAST_SENDS = `
SELECT items.seq AS item, attempts.sent_at AS sentAt, attempts.sends, attempts.items,
  attempts.request_id AS requestId
FROM items JOIN attempts ON attempts.id = items.attempt
WHERE items.seq IN (SELECT value FROM json_each(?))`;
const PAGE_SIZE = 1000;

/**
 * Reads the ledger of a run that may be active in another process, or that was interrupted. Changes nothing.
 */
export class LedgerReader {
  readonly run: RunTable;
  readonly pages: PageTable;
  readonly items: ItemTable;
  readonly outcomes: OutcomeTable;
  readonly paid: PaidTable;
  readonly lostAnswers: LostAnswerTable;
  readonly undecided: UndecidedTable;
  readonly listingTotal: ListingTotalTable;
  readonly passedOver: PassedOverTable;
  readonly #database: Connection;
  /** True for a ledger of schema 1. */
  readonly #isFirst: boolean;

  private constructor(database: Connection) {
    this.#database = database;
    this.#isFirst = schemaVersion(database) < 2;
    this.run = new RunTable(database);
    this.pages = new PageTable(database);
    this.items = new ItemTable(database);
    this.outcomes = new OutcomeTable(database);
    this.paid = new PaidTable(database);
    this.lostAnswers = new LostAnswerTable(database);
    this.undecided = new UndecidedTable(database);
    this.listingTotal = new ListingTotalTable(database);
    this.passedOver = new PassedOverTable(database);
  }

  /** Opens the file; throws a `UserError` if it is not a ledger or is newer than this program. */
  static open(path: string): LedgerReader {
    return openLedgerFile(path, (database) => new LedgerReader(database));
  }

  /** Hosts that serve the files of projects, by project name; the default project has an empty name. */
  cdnHosts(): ReadonlyMap<string, string> {
    return readCdnHosts(this.#database);
  }

  /** The last waits that the run wrote. They are current only while the process of the run is alive. */
  waits(): WaitRecord[] {
    return readWaits(this.#database);
  }

  /** The run of the ledger. Throws a `UserError` if the process died while it created the run. */
  begun(): RunRecord {
    const run = this.run.find();
    if (run !== null) return run;
    throw new UserError(
      'configuration',
      'This ledger has no run: its process ended before the run began. Nothing was sent. You can remove the file.',
    );
  }

  /**
   * Reads up to `limit` items after the item `after`, in order. If `states` is given, only items in these
   * states.
   */
  *records(options: RecordsWanted): Generator<ItemRecord> {
    const statement = this.#database.prepare(RECORDS);
    const codes = options.states?.map((state) => ITEM_STATES.indexOf(state));
    const states = codes === undefined ? null : JSON.stringify(codes);
    let left = options.limit ?? Number.POSITIVE_INFINITY;
    let after = options.after ?? 0;
    while (left > 0) {
      const limit = Math.min(PAGE_SIZE, left);
      const rows = statement.all({ after, states, limit }) as ItemRecordRow[];
      for (const row of rows) yield this.#withoutGuesses(toRecord(row));
      after = rows.at(-1)?.seq ?? after;
      left = rows.length < limit ? 0 : left - rows.length;
    }
  }

  #withoutGuesses(record: ItemRecord): ItemRecord {
    return this.#isFirst ? { ...record, details: withoutGuesses(record.details) } : record;
  }

  /**
   * The outcomes of these items at each step, in the order of items and steps. There is no record for a step
   * that ended as done with neither a result nor a warning.
   */
  stepOutcomes(seqs: readonly number[]): OutcomeRecord[] {
    const statement = this.#database.prepare(STEP_OUTCOMES);
    const rows = statement.all(JSON.stringify(seqs)) as (Omit<OutcomeRecord, 'state' | 'result'> & {
      readonly state: number;
      readonly result: string | null;
    })[];
    return rows.map((row) => ({
      ...row,
      state: stateFromCode(row.state),
      result: row.result === null ? null : parseStoredJson<JsonObject>(row.result),
    }));
  }

  /**
   * The last requests that contained these items. Successful requests may be missing, because ucbulk removes
   * their rows.
   */
  lastSends(seqs: readonly number[]): SendRecord[] {
    return this.#database.prepare(LAST_SENDS).all(JSON.stringify(seqs)) as SendRecord[];
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
    details: row.details === null ? null : parseStoredJson<JsonObject>(row.details),
    reason: row.reason,
    message: row.message,
    requestId: row.request_id,
    result: row.result === null ? null : parseStoredJson<JsonObject>(row.result),
    at: row.at,
  };
}
