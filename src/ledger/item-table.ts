import { isFileUuid } from '../core/file-uuid.ts';
import type { Item } from '../core/item.ts';
import { ITEM_STATES, type ItemState, isTransition } from '../core/item-state.ts';
import type { StateCounts } from '../core/state-counts.ts';
import { ClaimBound } from './claim-bound.ts';
import type { Connection, Statement } from './connection.ts';
import { CounterTable } from './counter-table.ts';
import {
  type ClaimedItem,
  ITEM_COLUMNS,
  type ItemRow,
  keyToColumn,
  type PlacedItem,
  type PlacedItemRow,
  toItem,
  toPlacedItem,
} from './item-row.ts';
import { ItemStatement } from './item-statement.ts';

/** A change of state for several items. They must be at the same step and in the same state. */
export interface ItemMove {
  readonly seqs: readonly number[];
  readonly step: number;
  readonly from: ItemState;
  readonly to: ItemState;
  /** The step to which the items move; absent if they stay. At a new step, they have 0 attempts again. */
  readonly toStep?: number;
  /** Number by which the attempts of each item increase. */
  readonly attempts?: number;
  /**
   * Change of the number of requests with an unknown result. `-1`: one request had no effect. `clear`: the
   * results of all requests are known.
   */
  readonly openSends?: -1 | 0 | 'clear';
  /** Earliest server time at which the items may be claimed, ms. */
  readonly notBefore?: number;
}

/** An item that is added when the source is listed. */
export type NewItem = Pick<Item, 'key' | 'details'>;

const MOVE = `
UPDATE items SET
  step = @toStep,
  state = @to,
  attempts = CASE WHEN @toStep = step THEN attempts + @attempts ELSE 0 END,
  open_sends = CASE WHEN @clear THEN 0 ELSE max(0, open_sends + @sends) END,
  attempt = CASE WHEN @clear THEN NULL ELSE attempt END,
  not_before = @notBefore
WHERE step = @step AND state = @from`;

const MARK_SENT = `
UPDATE items SET attempt = @attempt, open_sends = open_sends + 1
WHERE state = 1`;

/**
 * Selects items that have no outcome yet. A query uses the partial index only if it contains exactly this
 * condition: SQLite does not conclude `state < 4` from `state = 0`.
 */
export const OPEN = 'items.state < 4';

/** The items of one request, and the id of its attempt. */
export interface SentItems {
  readonly step: number;
  readonly seqs: readonly number[];
  readonly attempt: number;
}

/** Items and their states. Every change of state uses `moveItems`. */
export class ItemTable {
  readonly #bound: ClaimBound;
  readonly #insert: Statement;
  readonly #insertUuids: Statement;
  readonly #insertDetails: Statement;
  readonly #move: ItemStatement;
  readonly #markSent: ItemStatement;
  readonly #counters: CounterTable;
  readonly #claimDue: Statement;
  readonly #claimFresh: Statement;
  readonly #claimSent: Statement;
  readonly #dueWaiting: Statement;
  readonly #running: Statement;
  readonly #inDoubt: Statement;
  readonly #lost: Statement;
  readonly #range: Statement;
  readonly #lastSeq: Statement;

  constructor(database: Connection, bound: ClaimBound = new ClaimBound()) {
    this.#bound = bound;
    this.#insert = database.prepare('INSERT INTO items (key, page) VALUES (?, ?)');
    // One statement for all keys of a page takes a third of the time of one statement for each key.
    this.#insertUuids = database.prepare(
      "INSERT INTO items (key, page) SELECT unhex(value, '-'), ? FROM json_each(?)",
    );
    this.#insertDetails = database.prepare(
      'INSERT INTO item_details (item, details) VALUES (?, ?)',
    );
    this.#move = new ItemStatement(database, MOVE);
    this.#markSent = new ItemStatement(database, MARK_SENT);
    this.#counters = new CounterTable(database);
    const select = (conditions: string) =>
      database.prepare(`SELECT ${ITEM_COLUMNS} FROM items WHERE ${conditions}`).raw();
    this.#claimDue = select(
      `${OPEN} AND step = ? AND state = 0 AND not_before > 0 AND not_before <= ? AND seq <= ? ORDER BY not_before, seq LIMIT ?`,
    );
    this.#claimFresh = select(
      `${OPEN} AND step = ? AND state = 0 AND not_before = 0 AND seq <= ? ORDER BY seq LIMIT ?`,
    );
    this.#claimSent = select(
      `step = ? AND state = 0 AND open_sends > 0 AND not_before <= ? AND seq <= ? ORDER BY not_before, seq LIMIT ?`,
    );
    this.#dueWaiting = select(
      `${OPEN} AND step = ? AND state = 2 AND not_before <= ? ORDER BY not_before, seq LIMIT ?`,
    );
    this.#running = select(`${OPEN} AND step = ? AND state = 1 LIMIT ?`);
    this.#inDoubt = select(`${OPEN} AND step = ? AND state = 3 AND seq > ? ORDER BY seq LIMIT ?`);
    this.#lost = select(
      'seq IN (SELECT value FROM json_each(?)) AND step = ? AND state = 3 AND attempt = ?',
    );
    this.#range = database
      .prepare(
        `SELECT ${ITEM_COLUMNS}, items.step, items.state FROM items WHERE seq BETWEEN ? AND ?`,
      )
      .raw();
    this.#lastSeq = database.prepare('SELECT max(seq) AS seq FROM items');
  }

  /** Adds items. They are pending at the first step. */
  insert(items: readonly NewItem[], page: number): void {
    if (items.length === 0) return;
    const keys = items.map(({ key }) => key);
    if (keys.every(isFileUuid)) this.#insertUuids.run(page, JSON.stringify(keys));
    else for (const key of keys) this.#insert.run(keyToColumn(key), page);
    const firstSeq = this.lastSeq() - items.length + 1;
    for (const [place, { details }] of items.entries()) {
      if (details !== null) this.#insertDetails.run(firstSeq + place, JSON.stringify(details));
    }
    this.#counters.add(0, 'pending', items.length);
  }

  /**
   * Moves items and updates their counters. Throws if the move is not allowed, or if an item is not at `step`
   * and in state `from`.
   */
  moveItems(move: ItemMove): void {
    if (!isTransition(move.from, move.to)) {
      throw new Error(`An item can't move from ${move.from} to ${move.to}`);
    }
    const toStep = move.toStep ?? move.step;
    const changes = this.#move.run(move.seqs, {
      step: move.step,
      from: ITEM_STATES.indexOf(move.from),
      to: ITEM_STATES.indexOf(move.to),
      toStep,
      attempts: move.attempts ?? 0,
      clear: move.openSends === 'clear' ? 1 : 0,
      sends: move.openSends === -1 ? -1 : 0,
      notBefore: move.notBefore ?? 0,
    });
    if (changes !== move.seqs.length) {
      throw new Error(
        `${move.seqs.length} items should move from ${move.from} to ${move.to} at step ${move.step}, ${changes} were there`,
      );
    }
    this.#counters.add(move.step, move.from, -changes);
    this.#counters.add(toStep, move.to, changes);
  }

  /**
   * Records that a request with these items is about to be sent. Throws if one of the items is not running.
   */
  markSent(seqs: readonly number[], attempt: number): void {
    const changes = this.#markSent.run(seqs, { attempt });
    if (changes !== seqs.length) {
      throw new Error(`${seqs.length} items should be sent, ${changes} of them are running`);
    }
  }

  /**
   * Claims up to `limit` pending items of a step: changes their state to `running`. Takes postponed items
   * that are due. Only if there are none, takes new items, in order. Takes no item after the bound.
   */
  claim(step: number, options: { now: number; limit: number }): ClaimedItem[] {
    const { now, limit } = options;
    const { lastSeq } = this.#bound;
    const due = this.#claimDue.all(step, now, lastSeq, limit) as ItemRow[];
    if (due.length > 0) return this.#take(step, due);
    return this.#take(step, this.#claimFresh.all(step, lastSeq, limit) as ItemRow[]);
  }

  /** Claims exactly these pending items of a step. */
  take(step: number, items: readonly Pick<Item, 'seq'>[]): void {
    if (items.length === 0) return;
    const seqs = items.map(({ seq }) => seq);
    this.moveItems({ seqs, step, from: 'pending', to: 'running', openSends: 0 });
  }

  /**
   * Like `claim`, but takes only items that were sent and whose result is unknown. Such items need a probe.
   */
  claimSent(step: number, options: { now: number; limit: number }): ClaimedItem[] {
    const { now, limit } = options;
    return this.#take(
      step,
      this.#claimSent.all(step, now, this.#bound.lastSeq, limit) as ItemRow[],
    );
  }

  #take(step: number, rows: readonly ItemRow[]): ClaimedItem[] {
    const items = rows.map(toItem);
    this.take(step, items);
    return items;
  }

  /**
   * Items that wait for a remote job whose poll is due, longest overdue first. Does not change their state.
   */
  dueWaiting(step: number, options: { now: number; limit: number }): Item[] {
    return (this.#dueWaiting.all(step, options.now, options.limit) as ItemRow[]).map(toItem);
  }

  /** The running items of a step, at most `limit`. */
  running(step: number, limit: number): ClaimedItem[] {
    return (this.#running.all(step, limit) as ItemRow[]).map(toItem);
  }

  /** Items of a step that wait for a person's decision, in order. */
  inDoubt(step: number, page: { after: number; limit: number }): ClaimedItem[] {
    return (this.#inDoubt.all(step, page.after, page.limit) as ItemRow[]).map(toItem);
  }

  /** Those of the items that are in doubt because the answer to this attempt was lost. */
  lost({ step, seqs, attempt }: SentItems): ClaimedItem[] {
    return (this.#lost.all(JSON.stringify(seqs), step, attempt) as ItemRow[]).map(toItem);
  }

  /** The items of a page, in any state. */
  ofPage(page: { firstSeq: number; selected: number }): PlacedItem[] {
    const last = page.firstSeq + page.selected - 1;
    return (this.#range.all(page.firstSeq, last) as PlacedItemRow[]).map(toPlacedItem);
  }

  /** `seq` of the newest item; 0 if there is none. */
  lastSeq(): number {
    return (this.#lastSeq.get() as { seq: number | null }).seq ?? 0;
  }

  /** Counts of items by state, for each step. Fast, because it reads stored counters. */
  countsByStep(): Map<number, StateCounts> {
    return this.#counters.byStep();
  }

  /** Counts of items by state, over all steps. */
  counts(): StateCounts {
    return this.#counters.overall();
  }
}
