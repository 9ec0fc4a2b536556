import type { Connection, Statement } from './connection.ts';
import { type ClaimedItem, ITEM_COLUMNS, type ItemRow, toItem } from './item-row.ts';

/** Selects the open batch whose last item is due first. Ignores batches with an item that is being sent. */
const DUE = `
SELECT batches.batch FROM batches CROSS JOIN items ON items.seq = batches.item
WHERE batches.step = @step AND items.step = @step AND items.state IN (0, 1)
GROUP BY batches.batch
HAVING max(items.state) = 0 AND max(items.not_before) <= @now
ORDER BY max(items.not_before), batches.batch LIMIT 1`;

/**
 * Items that always go together in one request. A row is written before the first send and removed with the
 * outcome of its item. So the table contains only open items.
 */
export class BatchTable {
  readonly #insert: Statement;
  readonly #remove: Statement;
  readonly #due: Statement;
  readonly #pending: Statement;
  readonly #fresh: Statement;
  readonly #nextDue: Statement;

  constructor(database: Connection) {
    this.#insert = database.prepare('INSERT INTO batches (item, step, batch) VALUES (?, ?, ?)');
    this.#remove = database.prepare(
      'DELETE FROM batches WHERE item IN (SELECT value FROM json_each(?))',
    );
    this.#due = database.prepare(DUE).pluck();
    this.#pending = database.prepare(
      `SELECT ${ITEM_COLUMNS} FROM batches CROSS JOIN items ON items.seq = batches.item
       WHERE batches.step = @step AND batches.batch = @batch
         AND items.step = @step AND items.state = 0 ORDER BY items.seq`,
    );
    this.#fresh = database.prepare(
      `SELECT ${ITEM_COLUMNS} FROM items
       WHERE items.state < 4 AND items.step = @step AND items.state = 0
         AND items.not_before <= @now
         AND items.seq NOT IN (SELECT item FROM batches WHERE step = @step)
       ORDER BY items.not_before, items.seq LIMIT @limit`,
    );
    this.#nextDue = database
      .prepare(
        `SELECT min(not_before) FROM items
       WHERE items.state < 4 AND step = ? AND state = 0 AND not_before > ?`,
      )
      .pluck();
  }

  /** Puts these items of a step into one batch. */
  assign(step: number, seqs: readonly number[]): void {
    for (const seq of seqs) this.#insert.run(seq, step, seqs[0]);
  }

  /** Removes items with an outcome from their batches. */
  remove(seqs: readonly number[]): void {
    this.#remove.run(JSON.stringify(seqs));
  }

  /** The pending items of a batch that is due at `now` (server time, ms), in order; empty if no batch is due. */
  due(step: number, now: number): ClaimedItem[] {
    const batch = this.#due.get({ step, now }) as number | undefined;
    if (batch === undefined) return [];
    return (this.#pending.all({ step, batch }) as ItemRow[]).map(toItem);
  }

  /**
   * The time when the next item of a step is due after `now`, both in ms of server time; null if there is
   * none.
   */
  nextDue(step: number, now: number): number | null {
    return this.#nextDue.get(step, now) as number | null;
  }

  /** Pending items that are not yet in a batch, oldest first. */
  fresh(step: number, options: { readonly now: number; readonly limit: number }): ClaimedItem[] {
    return (this.#fresh.all({ step, ...options }) as ItemRow[]).map(toItem);
  }
}
