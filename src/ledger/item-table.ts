import type { Item } from '../core/item.ts';
import { ITEM_STATES, type ItemState, isTransition } from '../core/item-state.ts';
import type { StateCounts } from '../core/state-counts.ts';
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
import type { Connection, Statement } from './open-database.ts';

/** A change of state of items that stand at the same step in the same state. */
export interface ItemMove {
  readonly seqs: readonly number[];
  readonly step: number;
  readonly from: ItemState;
  readonly to: ItemState;
  /** The step they go on to; the same one where absent. A new step starts with no attempts. */
  readonly toStep?: number;
  /** Attempts made, to be added. */
  readonly attempts?: number;
  /** Change of the requests whose effect is open: `-1` for one known to have none, `clear` when all are settled. */
  readonly openSends?: -1 | 0 | 'clear';
  /** Server time before which they are not claimed. */
  readonly notBefore?: number;
}

/** An item as the walk adds it. */
export type NewItem = Pick<Item, 'key' | 'details'>;

const MOVE = `
UPDATE items SET
  step = @toStep,
  state = @to,
  attempts = CASE WHEN @toStep = step THEN attempts + @attempts ELSE 0 END,
  open_sends = CASE WHEN @clear THEN 0 ELSE max(0, open_sends + @sends) END,
  attempt = CASE WHEN @clear THEN NULL ELSE attempt END,
  not_before = @notBefore
WHERE seq IN (SELECT value FROM json_each(@seqs)) AND step = @step AND state = @from`;

/** Says to SQLite that the partial index holds: it does not see that state 0 is less than 4. */
const OPEN = 'items.state < 4';
/** Items and their states. Every change of state goes through `moveItems`. */
export class ItemTable {
  readonly #insert: Statement;
  readonly #insertDetails: Statement;
  readonly #dueWaiting: Statement;
  readonly #nextWaiting: Statement;
  readonly #removeDuplicates: Statement;
  readonly #move: Statement;
  readonly #markSent: Statement;
  readonly #counters: CounterTable;
  readonly #isAnyReady: Statement;
  readonly #claimDue: Statement;
  readonly #claimFresh: Statement;
  readonly #nextDue: Statement;
  readonly #claimSent: Statement;
  readonly #nextSent: Statement;
  readonly #running: Statement;
  readonly #inDoubt: Statement;
  readonly #dueNow: Statement;
  readonly #range: Statement;
  readonly #lastSeq: Statement;

  constructor(database: Connection) {
    this.#insert = database.prepare('INSERT INTO items (key, page) VALUES (?, ?)');
    this.#insertDetails = database.prepare(
      'INSERT INTO item_details (item, details) VALUES (?, ?)',
    );
    this.#dueWaiting = database.prepare(
      `SELECT ${ITEM_COLUMNS} FROM items WHERE ${OPEN} AND step = ? AND state = 2
       AND not_before <= ? ORDER BY not_before, seq LIMIT ?`,
    );
    this.#nextWaiting = database.prepare(
      `SELECT min(not_before) AS due FROM items
       WHERE ${OPEN} AND step = ? AND state = 2 AND not_before > ?`,
    );
    this.#removeDuplicates = database.prepare(
      `DELETE FROM items WHERE seq IN (
         SELECT seq FROM (SELECT seq, row_number() OVER (PARTITION BY key ORDER BY seq) AS place
           FROM items) WHERE place > 1)`,
    );
    this.#move = database.prepare(MOVE);
    this.#markSent = database.prepare(
      `UPDATE items SET attempt = @attempt, open_sends = open_sends + 1
       WHERE seq IN (SELECT value FROM json_each(@seqs)) AND state = 1`,
    );
    this.#counters = new CounterTable(database);
    this.#isAnyReady = database.prepare(
      `SELECT 1 FROM items WHERE ${OPEN} AND step = ? AND state = 0 AND not_before <= ? LIMIT 1`,
    );
    this.#claimDue = database.prepare(
      `SELECT ${ITEM_COLUMNS} FROM items WHERE ${OPEN} AND step = ? AND state = 0
       AND not_before > 0 AND not_before <= ? ORDER BY not_before, seq LIMIT ?`,
    );
    this.#claimFresh = database.prepare(
      `SELECT ${ITEM_COLUMNS} FROM items WHERE ${OPEN} AND step = ? AND state = 0
       AND not_before = 0 ORDER BY seq LIMIT ?`,
    );
    this.#nextDue = database.prepare(
      `SELECT min(not_before) AS due FROM items
       WHERE ${OPEN} AND step = ? AND state = 0 AND not_before > 0`,
    );
    this.#claimSent = database.prepare(
      `SELECT ${ITEM_COLUMNS} FROM items WHERE step = ? AND state = 0 AND open_sends > 0
       AND not_before <= ? ORDER BY not_before, seq LIMIT ?`,
    );
    this.#nextSent = database.prepare(
      `SELECT min(not_before) AS due FROM items WHERE step = ? AND state = 0 AND open_sends > 0`,
    );
    this.#running = database.prepare(
      `SELECT ${ITEM_COLUMNS} FROM items WHERE ${OPEN} AND step = ? AND state = 1 LIMIT ?`,
    );
    this.#dueNow = database.prepare(
      `UPDATE items SET not_before = CASE WHEN state = 0 AND open_sends > 0 THEN @settled ELSE @now END
       WHERE ${OPEN} AND not_before > @limit`,
    );
    this.#inDoubt = database.prepare(
      `SELECT ${ITEM_COLUMNS} FROM items WHERE ${OPEN} AND step = ? AND state = 3 AND seq > ?
       ORDER BY seq LIMIT ?`,
    );
    this.#range = database.prepare(
      `SELECT ${ITEM_COLUMNS}, items.step, items.state FROM items WHERE seq BETWEEN ? AND ?`,
    );
    this.#lastSeq = database.prepare('SELECT max(seq) AS seq FROM items');
  }

  /** Adds items at the first step, pending. */
  insert(items: readonly NewItem[], page: number): void {
    for (const { key, details } of items) {
      const { lastInsertRowid } = this.#insert.run(keyToColumn(key), page);
      if (details !== null) this.#insertDetails.run(lastInsertRowid, JSON.stringify(details));
    }
    if (items.length > 0) this.#counters.add(0, 'pending', items.length);
  }

  /**
   * Reduces items that the source named more than once to the first of each; gives how many went.
   * Only for a selection of which nothing was begun.
   */
  removeDuplicates(): number {
    const { changes } = this.#removeDuplicates.run();
    if (changes > 0) this.#counters.add(0, 'pending', -changes);
    return changes;
  }

  /** Moves items and their counters; throws if the states allow no such move, or an item is elsewhere. */
  moveItems(move: ItemMove): void {
    if (!isTransition(move.from, move.to)) {
      throw new Error(`An item can't move from ${move.from} to ${move.to}`);
    }
    const toStep = move.toStep ?? move.step;
    const { changes } = this.#move.run({
      seqs: JSON.stringify(move.seqs),
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

  /** Notes that a request with these running items is about to leave; throws where one is not running. */
  markSent(seqs: readonly number[], attempt: number): void {
    const { changes } = this.#markSent.run({ seqs: JSON.stringify(seqs), attempt });
    if (changes !== seqs.length) {
      throw new Error(`${seqs.length} items should be sent, ${changes} of them are running`);
    }
  }

  /** Whether a claim would find something: a read, where a claim is a write. */
  isAnyReady(step: number, now: number): boolean {
    return this.#isAnyReady.get(step, now) !== undefined;
  }

  /** Takes up to `limit` pending items of a step: what is due again first, else fresh ones in order. */
  claim(step: number, options: { now: number; limit: number }): ClaimedItem[] {
    const due = this.#claimDue.all(step, options.now, options.limit) as ItemRow[];
    const rows = due.length > 0 ? due : (this.#claimFresh.all(step, options.limit) as ItemRow[]);
    return this.#take(step, rows);
  }

  /** Takes these pending items of a step. */
  take(step: number, items: readonly Pick<Item, 'seq'>[]): void {
    if (items.length === 0) return;
    const seqs = items.map(({ seq }) => seq);
    this.moveItems({ seqs, step, from: 'pending', to: 'running', openSends: 0 });
  }

  /** The same of items only whose effect is open: they were sent, and are to be looked up. */
  claimSent(step: number, options: { now: number; limit: number }): ClaimedItem[] {
    const rows = this.#claimSent.all(step, options.now, options.limit) as ItemRow[];
    return this.#take(step, rows);
  }

  #take(step: number, rows: readonly ItemRow[]): ClaimedItem[] {
    this.take(step, rows);
    return rows.map(toItem);
  }

  /** Waiting items whose remote job is due for a poll, longest due first. They stay as they are. */
  dueWaiting(step: number, options: { now: number; limit: number }): Item[] {
    return (this.#dueWaiting.all(step, options.now, options.limit) as ItemRow[]).map(toItem);
  }

  /** When the next remote job is due that was not yet at `after`, both server time; null where none is. */
  nextWaiting(step: number, after: number): number | null {
    return (this.#nextWaiting.get(step, after) as { due: number | null }).due;
  }

  /** When the next postponed item of a step may be claimed, in server time; null where none waits. */
  nextDue(step: number): number | null {
    return (this.#nextDue.get(step) as { due: number | null }).due;
  }

  /** When the first pending item of a step whose effect is open may be claimed; null where there is none. */
  nextSent(step: number): number | null {
    return (this.#nextSent.get(step) as { due: number | null }).due;
  }

  /** Some of the running items of a step. */
  running(step: number, limit: number): ClaimedItem[] {
    return (this.#running.all(step, limit) as ItemRow[]).map(toItem);
  }

  /**
   * Makes due now whatever was postponed beyond `limit`, but what may still have an effect to be
   * looked for at `settled`; all are server times.
   */
  dueNow(times: { now: number; limit: number; settled: number }): void {
    this.#dueNow.run(times);
  }

  /** Items of a step that wait for a person's word, in order. */
  inDoubt(step: number, page: { after: number; limit: number }): ClaimedItem[] {
    return (this.#inDoubt.all(step, page.after, page.limit) as ItemRow[]).map(toItem);
  }

  /** The items of a page, whatever became of them. */
  ofPage(page: { firstSeq: number; selected: number }): PlacedItem[] {
    const last = page.firstSeq + page.selected - 1;
    return (this.#range.all(page.firstSeq, last) as PlacedItemRow[]).map(toPlacedItem);
  }

  /** `seq` of the newest item; 0 where there is none. */
  lastSeq(): number {
    return (this.#lastSeq.get() as { seq: number | null }).seq ?? 0;
  }

  /** How many items are in which state, per step. Read from the counters, never counted. */
  countsByStep(): Map<number, StateCounts> {
    return this.#counters.byStep();
  }

  /** How many items are in which state, over all steps. */
  counts(): StateCounts {
    return this.#counters.overall();
  }
}
