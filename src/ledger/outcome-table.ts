import { ITEM_STATES, type ItemState } from '../core/item-state.ts';
import type { JsonObject } from '../core/json.ts';
import type { FailedEffect } from '../core/outcome.ts';
import type { Connection, Statement } from './connection.ts';
import { countMessages, type MessageCount } from './count-messages.ts';
import { parseStoredJson } from './database-failure.ts';

/** The stored outcome of an item at a step. */
export interface OutcomeRecord {
  readonly item: number;
  readonly step: number;
  readonly state: ItemState;
  readonly reason: string | null;
  readonly message: string | null;
  readonly requestId: string | null;
  readonly result: JsonObject | null;
  /** Server time of the outcome, ms. */
  readonly at: number;
  /** Present if the state is `failed` and the outcome is about to be stored. */
  readonly effect?: FailedEffect;
}

/** A reason and the number of items that have it. */
export interface ReasonCount {
  /** `done` is for items that are done with a warning. */
  readonly state: 'failed' | 'skipped' | 'done';
  readonly reason: string;
  readonly count: number;
  /**
   * The step at which the items failed or were skipped, if they then continued at a later step; null if they
   * ended there.
   */
  readonly continuedFrom: number | null;
}

// An item can have outcomes at several steps. Its final outcome is the last one whose state is the state of
// the item. Most items have this outcome at the step at which they ended, so SQLite needs the subquery only
// for a few items. An item can fail, continue, and be skipped at its last step. Such an item counts only as
// failed.
const REASONS = `
SELECT outcomes.state, reason, count(*) AS count,
  CASE WHEN items.state = outcomes.state AND (items.step = outcomes.step OR NOT EXISTS (
    SELECT 1 FROM outcomes AS later WHERE later.item = outcomes.item AND later.step > outcomes.step
      AND later.state = outcomes.state AND later.reason IS NOT 'condition'))
  THEN NULL ELSE outcomes.step END AS continued_from
FROM outcomes JOIN items ON items.seq = outcomes.item
WHERE (outcomes.state IN (5, 6) OR (outcomes.state = 4 AND reason IS NOT NULL)) AND reason IS NOT 'condition'
  AND NOT (items.state = 6 AND outcomes.state = 5 AND outcomes.step = items.step)
GROUP BY outcomes.state, reason, continued_from
ORDER BY continued_from IS NOT NULL, continued_from, count DESC`;

interface ReasonRow {
  readonly state: keyof typeof WITH_REASON;
  readonly reason: string | null;
  readonly count: number;
  readonly continued_from: number | null;
}

/** The states that can have a reason, by their codes. */
const WITH_REASON = { 4: 'done', 5: 'skipped', 6: 'failed' } as const;
const FAILED = ITEM_STATES.indexOf('failed');

/**
 * Outcomes of items at their steps. There is no row for a step that ended as done with neither a result nor a
 * warning.
 */
export class OutcomeTable {
  readonly #put: Statement;
  readonly #remove: Statement;
  readonly #result: Statement;
  readonly #failed: Statement;
  readonly #reasons: Statement;
  readonly #database: Connection;
  #putEffect: Statement | null = null;

  constructor(database: Connection) {
    this.#database = database;
    this.#put = database.prepare(
      `INSERT INTO outcomes (item, step, state, reason, message, request_id, result, at)
       VALUES (@item, @step, @state, @reason, @message, @requestId, @result, @at)
       ON CONFLICT DO UPDATE SET state = excluded.state, reason = excluded.reason,
         message = excluded.message, request_id = excluded.request_id,
         result = excluded.result, at = excluded.at`,
    );
    this.#remove = database.prepare('DELETE FROM outcomes WHERE item = ? AND step = ?');
    this.#result = database.prepare('SELECT result FROM outcomes WHERE item = ? AND step = ?');
    this.#failed = database.prepare('SELECT 1 FROM outcomes WHERE item = ? AND state = ?');
    this.#reasons = database.prepare(REASONS);
  }

  /** Writes or replaces the outcome of an item at a step. */
  put({ effect, ...record }: OutcomeRecord): void {
    if (effect !== undefined) {
      // Prepared late, because a ledger of an older schema that is only read does not have this table.
      this.#putEffect ??= this.#database.prepare(
        'INSERT OR REPLACE INTO failed_effects (item, step, effect) VALUES (?, ?, ?)',
      );
      this.#putEffect.run(record.item, record.step, effect);
    }
    this.#put.run({
      ...record,
      state: ITEM_STATES.indexOf(record.state),
      result: record.result === null ? null : JSON.stringify(record.result),
    });
  }

  /** Removes the outcome of an item at a step that will be done again. */
  remove(item: number, step: number): void {
    this.#remove.run(item, step);
  }

  /** The result of an item at a step; null if there is none. */
  resultOf(item: number, step: number): JsonObject | null {
    const row = this.#result.get(item, step) as { result: string | null } | undefined;
    return row?.result == null ? null : parseStoredJson<JsonObject>(row.result);
  }

  /** True if the item failed at a step and continued. */
  hasFailed(item: number): boolean {
    return this.#failed.get(item, FAILED) !== undefined;
  }

  /**
   * Counts of skip reasons, failure codes and warning codes, most frequent first. Counts of items that
   * continued at a later step come last.
   */
  reasons(): ReasonCount[] {
    const rows = this.#reasons.all() as ReasonRow[];
    return rows.map((row) => ({
      state: WITH_REASON[row.state],
      reason: row.reason ?? 'unknown',
      count: row.count,
      continuedFrom: row.continued_from,
    }));
  }

  /** Counts items that failed or are in doubt, by the message of their cause, most frequent first. */
  messages(limit: number): MessageCount[] {
    return countMessages(this.#database, limit);
  }
}
