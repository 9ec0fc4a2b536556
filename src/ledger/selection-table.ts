import type { CanaryItem } from '../core/canary.ts';
import type { Item } from '../core/item.ts';
import type { JsonObject } from '../core/json.ts';
import { type StateCounts, stateCounts } from '../core/state-counts.ts';
import type { Connection, Statement } from './connection.ts';
import { CounterTable } from './counter-table.ts';
import { parseStoredJson } from './database-failure.ts';
import { keyFromColumn, stateFromCode } from './item-row.ts';

interface FirstOutcomeRow extends Pick<CanaryItem, 'filename' | 'reason' | 'message'> {
  readonly key: Buffer | string;
  readonly state: number;
  readonly result: string | null;
}

/**
 * The selected items in their order, as the source listed them. Only items that no step has started to process
 * can be removed from the selection.
 */
export class SelectionTable {
  readonly #keysAfter: Statement;
  readonly #remove: Statement;
  readonly #removeAfter: Statement;
  readonly #seqAt: Statement;
  readonly #countsUpTo: Statement;
  readonly #firstOutcomes: Statement;
  readonly #counters: CounterTable;

  constructor(database: Connection) {
    this.#keysAfter = database.prepare(
      'SELECT seq, key FROM items WHERE seq > ? ORDER BY seq LIMIT ?',
    );
    this.#remove = database.prepare(
      `DELETE FROM items WHERE seq IN (SELECT value FROM json_each(?))
       AND step = 0 AND state = 0 AND open_sends = 0`,
    );
    this.#removeAfter = database.prepare(
      'DELETE FROM items WHERE seq > ? AND step = 0 AND state = 0 AND open_sends = 0',
    );
    this.#seqAt = database.prepare('SELECT seq FROM items ORDER BY seq LIMIT 1 OFFSET ?').pluck();
    this.#countsUpTo = database.prepare(
      'SELECT state, count(*) AS count FROM items WHERE seq <= ? GROUP BY state',
    );
    this.#firstOutcomes = database.prepare(
      `SELECT key, details ->> '$.file.filename' AS filename, items.state, reason, message, result
       FROM items LEFT JOIN outcomes ON outcomes.item = seq AND outcomes.step = items.step
       LEFT JOIN item_details ON item_details.item = seq
       ORDER BY seq LIMIT ?`,
    );
    this.#counters = new CounterTable(database);
  }

  /** The keys of the next `limit` items after `seq`. */
  keysAfter(seq: number, limit: number): Pick<Item, 'seq' | 'key'>[] {
    const rows = this.#keysAfter.all(seq, limit) as { seq: number; key: Buffer | string }[];
    return rows.map((row) => ({ seq: row.seq, key: keyFromColumn(row.key) }));
  }

  /** Removes these items. */
  remove(seqs: readonly number[]): void {
    this.#count(this.#remove.run(JSON.stringify(seqs)).changes);
  }

  /** Removes all items after `seq`. */
  removeAfter(seq: number): void {
    this.#count(this.#removeAfter.run(seq).changes);
  }

  /** `seq` of the n-th item, counted from 1; null if there are fewer items. */
  seqAt(place: number): number | null {
    return (this.#seqAt.get(place - 1) as number | undefined) ?? null;
  }

  /** Counts of the items up to `seq` by state. */
  countsUpTo(seq: number): StateCounts {
    const rows = this.#countsUpTo.all(seq) as { state: number; count: number }[];
    return stateCounts(
      Object.fromEntries(rows.map((row) => [stateFromCode(row.state), row.count])),
    );
  }

  /** The first items with their outcomes at their current steps. */
  firstOutcomes(limit: number): CanaryItem[] {
    return (this.#firstOutcomes.all(limit) as FirstOutcomeRow[]).map((row) => ({
      key: keyFromColumn(row.key),
      filename: row.filename,
      state: stateFromCode(row.state),
      reason: row.reason,
      message: row.message,
      result: row.result === null ? null : parseStoredJson<JsonObject>(row.result),
    }));
  }

  #count(removed: number): void {
    if (removed > 0) this.#counters.add(0, 'pending', -removed);
  }
}
