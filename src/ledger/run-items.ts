import type { ItemKey } from '../core/item.ts';
import { ITEM_STATES, type ItemState } from '../core/item-state.ts';
import type { JsonObject } from '../core/json.ts';
import type { Connection, Statement } from './connection.ts';
import { parseStoredJson } from './database-failure.ts';
import { withoutGuesses } from './guessed-facts.ts';
import { KEY_TEXT, keyFromText, stateFromCode } from './item-row.ts';
import type { OutcomeRecord } from './outcome-table.ts';

/** An item with its outcome, if the ledger has one. */
export interface ItemRecord {
  readonly seq: number;
  readonly key: ItemKey;
  /** The page on which it was listed. */
  readonly page: number;
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

/** An item and the outcomes of its steps. */
export interface RunItem {
  readonly record: ItemRecord;
  /**
   * In the order of the steps. There is no outcome for a step that ended as done with neither a result nor a
   * warning.
   */
  readonly outcomes: readonly OutcomeRecord[];
}

/** Defines which items of a run to read. */
export interface RecordsWanted {
  readonly states?: readonly ItemState[];
  readonly limit?: number;
  readonly after?: number;
}

const ITEMS = `
SELECT seq, ${KEY_TEXT}, step, state, attempts, page FROM items
WHERE seq > @after AND (@states IS NULL OR state IN (SELECT value FROM json_each(@states)))
ORDER BY seq LIMIT @limit`;
const ITEMS_AT = `
SELECT seq, ${KEY_TEXT}, step, state, attempts, page FROM items
WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq`;
type ItemColumns = [
  seq: number,
  key: string | null,
  step: number,
  state: number,
  attempts: number,
  page: number,
];

const OUTCOME_COLUMNS = `
SELECT item, step, state, reason, message, request_id AS requestId, result, at FROM outcomes`;
const OUTCOMES_IN_RANGE = `${OUTCOME_COLUMNS} WHERE item BETWEEN ? AND ? ORDER BY item, step`;
const OUTCOMES_OF_ITEMS = `${OUTCOME_COLUMNS}
WHERE item IN (SELECT value FROM json_each(?)) ORDER BY item, step`;
const DETAILS_IN_RANGE = `SELECT item, details FROM item_details WHERE item BETWEEN ? AND ?`;
const DETAILS_OF_ITEMS = `
SELECT item, details FROM item_details WHERE item IN (SELECT value FROM json_each(?))`;
const PAGE_ITEMS = 1000;
const NO_OUTCOMES: readonly OutcomeRecord[] = [];

interface OutcomeRow extends Omit<OutcomeRecord, 'state' | 'result'> {
  readonly state: number;
  readonly result: string | null;
}

/** Reads the items of a run, page by page. */
export class RunItemReader {
  readonly #database: Connection;
  /** True for a ledger of schema 1. */
  readonly #isFirst: boolean;
  readonly #items: Statement;
  readonly #itemsAt: Statement;
  readonly #outcomesInRange: Statement;
  readonly #outcomesOfItems: Statement;
  readonly #detailsInRange: Statement;
  readonly #detailsOfItems: Statement;

  constructor(database: Connection, isFirst: boolean) {
    this.#database = database;
    this.#isFirst = isFirst;
    this.#items = database.prepare(ITEMS).raw();
    this.#itemsAt = database.prepare(ITEMS_AT).raw();
    this.#outcomesInRange = database.prepare(OUTCOMES_IN_RANGE);
    this.#outcomesOfItems = database.prepare(OUTCOMES_OF_ITEMS);
    this.#detailsInRange = database.prepare(DETAILS_IN_RANGE).raw();
    this.#detailsOfItems = database.prepare(DETAILS_OF_ITEMS).raw();
  }

  /**
   * The wanted items in the order of the selection. It reads one page of items at a time, so it does not
   * block an active run. Each item has the state of the moment when its page was read.
   */
  *read({ states, limit, after = 0 }: RecordsWanted): Generator<RunItem> {
    const codes = states?.map((state) => ITEM_STATES.indexOf(state));
    let [left, last] = [limit ?? Number.POSITIVE_INFINITY, after];
    while (left > 0) {
      const wanted = {
        after: last,
        states: codes === undefined ? null : JSON.stringify(codes),
        limit: Math.min(PAGE_ITEMS, left),
      };
      const page = this.#database.transaction(() => this.#readPage(wanted))();
      yield* page;
      last = page.at(-1)?.record.seq ?? last;
      left = page.length < wanted.limit ? 0 : left - page.length;
    }
  }

  /** The items with these numbers, in order. */
  at(seqs: readonly number[]): RunItem[] {
    return this.#toItems(this.#itemsAt.all(JSON.stringify(seqs)) as ItemColumns[]);
  }

  #readPage(wanted: { after: number; states: string | null; limit: number }): RunItem[] {
    return this.#toItems(this.#items.all(wanted) as ItemColumns[]);
  }

  #toItems(rows: readonly ItemColumns[]): RunItem[] {
    const [first, last] = [rows[0], rows.at(-1)];
    if (first === undefined || last === undefined) return [];
    const isRange = last[0] - first[0] + 1 === rows.length;
    const range = isRange ? [first[0], last[0]] : [JSON.stringify(rows.map(([seq]) => seq))];
    const outcomes = (isRange ? this.#outcomesInRange : this.#outcomesOfItems).all(...range);
    const details = (isRange ? this.#detailsInRange : this.#detailsOfItems).all(...range);
    const texts = new Map(details as [number, string][]);
    const ends = (outcomes as OutcomeRow[]).map(toOutcome);
    let next = 0;
    return rows.map((row) => {
      const from = next;
      while (ends[next]?.item === row[0]) next += 1;
      const own = from === next ? NO_OUTCOMES : ends.slice(from, next);
      return { record: this.#toRecord(row, own, texts.get(row[0])), outcomes: own };
    });
  }

  #toRecord(
    [seq, key, step, state, attempts, page]: ItemColumns,
    outcomes: readonly OutcomeRecord[],
    details: string | undefined,
  ): ItemRecord {
    const end = outcomes.length === 0 ? undefined : outcomes.find((one) => one.step === step);
    const facts = details === undefined ? null : parseStoredJson<JsonObject>(details);
    return {
      seq,
      key: keyFromText(key),
      page,
      step,
      state: stateFromCode(state),
      attempts,
      details: this.#isFirst ? withoutGuesses(facts) : facts,
      reason: end?.reason ?? null,
      message: end?.message ?? null,
      requestId: end?.requestId ?? null,
      result: end?.result ?? null,
      at: end?.at ?? null,
    };
  }
}

function toOutcome(row: OutcomeRow): OutcomeRecord {
  return {
    ...row,
    state: stateFromCode(row.state),
    result: row.result === null ? null : parseStoredJson<JsonObject>(row.result),
  };
}

/** The outcomes of an item at earlier steps, by the ids of the steps. */
export function earlierOutcomes(
  { record, outcomes }: RunItem,
  stepId: (step: number) => string,
): JsonObject {
  if (outcomes.length === 0) return {};
  const earlier = outcomes.filter(({ step }) => step < record.step);
  return Object.fromEntries(earlier.map((end) => [stepId(end.step), outcomeFacts(end)]));
}

function outcomeFacts({ state, reason, message, requestId, result }: OutcomeRecord): JsonObject {
  const known = Object.entries({ reason, message, requestId, result });
  return { state, ...Object.fromEntries(known.filter(([, value]) => value !== null)) };
}
