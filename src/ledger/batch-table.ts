import type { ClaimBound } from './claim-bound.ts';
import type { Connection, Statement } from './connection.ts';
import { type ClaimedItem, ITEM_COLUMNS, type ItemRow, toItem } from './item-row.ts';

/** Selects the batch that may be sent next: all of its items are due, and none of them is being sent. */
const DUE = `
SELECT batches.batch FROM batches CROSS JOIN items ON items.seq = batches.item
WHERE batches.step = @step AND items.step = @step AND items.state IN (0, 1)
GROUP BY batches.batch
HAVING max(items.state) = 0 AND max(items.not_before) <= @now
ORDER BY max(items.not_before), batches.batch LIMIT 1`;

/**
 * Fixed batches: items that always go together in one request. The row of an item is written before the first
 * send and removed when the item has its outcome.
 */
export class BatchTable {
  readonly #bound: ClaimBound;
  readonly #insert: Statement;
  readonly #remove: Statement;
  readonly #due: Statement;
  readonly #pending: Statement;
  readonly #fresh: Statement;
  readonly #nextDue: Statement;

  constructor(database: Connection, bound: ClaimBound) {
    this.#bound = bound;
    this.#insert = database.prepare('INSERT INTO batches (item, step, batch) VALUES (?, ?, ?)');
    this.#remove = database.prepare(
      'DELETE FROM batches WHERE item IN (SELECT value FROM json_each(?))',
    );
    this.#due = database.prepare(DUE).pluck();
    this.#pending = database
      .prepare(
        `SELECT ${ITEM_COLUMNS} FROM batches CROSS JOIN items ON items.seq = batches.item
       WHERE batches.step = @step AND batches.batch = @batch
         AND items.step = @step AND items.state = 0 ORDER BY items.seq`,
      )
      .raw();
    this.#fresh = database
      .prepare(
        `SELECT ${ITEM_COLUMNS} FROM items
       WHERE items.state < 4 AND items.step = @step AND items.state = 0
         AND items.not_before <= @now AND items.seq <= @lastSeq
         AND items.seq NOT IN (SELECT item FROM batches WHERE step = @step)
       ORDER BY items.not_before, items.seq LIMIT @limit`,
      )
      .raw();
    this.#nextDue = database
      .prepare(
        `SELECT min(not_before) FROM items
       WHERE items.state < 4 AND step = ? AND state = 0 AND not_before > ? AND seq <= ?`,
      )
      .pluck();
  }

  /** Puts these items of a step into a new batch. */
  assign(step: number, seqs: readonly number[]): void {
    for (const seq of seqs) this.#insert.run(seq, step, seqs[0]);
  }

  /** Removes items from their batches, because they have their outcomes. */
  remove(seqs: readonly number[]): void {
    this.#remove.run(JSON.stringify(seqs));
  }

  /**
   * The pending items of a batch that may be sent at `now` (server time, ms), in order. Empty if there is
   * none.
   */
  due(step: number, now: number): ClaimedItem[] {
    const batch = this.#due.get({ step, now }) as number | undefined;
    if (batch === undefined) return [];
    return (this.#pending.all({ step, batch }) as ItemRow[]).map(toItem);
  }

  /**
   * The earliest time after `now` at which an item of the step is due, both in ms of server time; null if
   * there is none.
   */
  nextDue(step: number, now: number): number | null {
    return this.#nextDue.get(step, now, this.#bound.lastSeq) as number | null;
  }

  /** Pending items up to the bound that are not yet in a batch, oldest first. */
  fresh(step: number, options: { readonly now: number; readonly limit: number }): ClaimedItem[] {
    const { lastSeq } = this.#bound;
    return (this.#fresh.all({ step, lastSeq, ...options }) as ItemRow[]).map(toItem);
  }
}
