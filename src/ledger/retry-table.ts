import { ITEM_STATES, RETRY_TRANSITION } from '../core/item-state.ts';
import type { Connection, Statement } from './connection.ts';
import { CounterTable } from './counter-table.ts';

/** A request of the user to give failed items a new attempt. */
export interface RetryRecord {
  /** Time of the retry, ms. */
  readonly at: number;
  /** The failure codes that the user named; null for all. */
  readonly codes: readonly string[] | null;
  /** The CEL condition that the user gave; null if there was none. */
  readonly condition: string | null;
  /** Number of retried items. */
  readonly items: number;
  /**
   * The payments that were confirmed for this retry, in addition to those of the run: a number for each name
   * in `limits.paid`.
   */
  readonly confirmed: Readonly<Record<string, number>>;
}

const KEEP_FAILURES = `
INSERT INTO retried_items
  (retry, item, step, effect, attempts, code, message, request_id, failed_at)
SELECT @retry, items.seq, items.step, failed_effects.effect, items.attempts,
  outcomes.reason, outcomes.message, outcomes.request_id, outcomes.at
FROM items
JOIN outcomes ON outcomes.item = items.seq AND outcomes.step = items.step
LEFT JOIN failed_effects ON failed_effects.item = items.seq AND failed_effects.step = items.step
WHERE items.seq IN (SELECT value FROM json_each(@seqs)) AND items.step = @step
  AND items.state = @failed AND outcomes.state = @failed`;

/**
 * The retries of a run. This class makes the only change of state that undoes an outcome: a failed item
 * becomes pending again. No other code makes this change.
 */
export class RetryTable {
  readonly #database: Connection;
  readonly #counters: CounterTable;

  constructor(database: Connection) {
    this.#database = database;
    this.#counters = new CounterTable(database);
  }

  /** Records a retry. Returns its number. */
  begin({ at, codes, condition, items, confirmed }: RetryRecord): number {
    const insert = this.#database.prepare(
      'INSERT INTO retries (at, codes, condition, items, confirmed) VALUES (?, ?, ?, ?, ?)',
    );
    const codeList = codes === null ? null : JSON.stringify(codes);
    const values = [at, codeList, condition, items, JSON.stringify(confirmed)] as const;
    return Number(insert.run(...values).lastInsertRowid);
  }

  /**
   * Makes failed items pending again, at the step at which they failed, with 0 attempts. Their failures stay
   * in the table `retried_items`. Throws if one of the items did not fail at this step.
   */
  reopen(retry: number, { step, seqs }: { step: number; seqs: readonly number[] }): void {
    const { from, to } = RETRY_TRANSITION;
    const chosen = { seqs: JSON.stringify(seqs), step, failed: ITEM_STATES.indexOf(from) };
    const kept = this.#run(KEEP_FAILURES, { ...chosen, retry });
    const moved = this.#run(
      `UPDATE items SET state = @pending, attempts = 0, open_sends = 0, attempt = NULL, not_before = 0
       WHERE seq IN (SELECT value FROM json_each(@seqs)) AND step = @step AND state = @failed`,
      { ...chosen, pending: ITEM_STATES.indexOf(to) },
    );
    if (kept !== seqs.length || moved !== seqs.length) {
      throw new Error(
        `${seqs.length} items should be retried at step ${step}, ${moved} had failed`,
      );
    }
    for (const table of ['outcomes', 'failed_effects']) {
      this.#run(
        `DELETE FROM ${table} WHERE item IN (SELECT value FROM json_each(@seqs)) AND step = @step`,
        { seqs: chosen.seqs, step },
      );
    }
    this.#counters.add(step, from, -moved);
    this.#counters.add(step, to, moved);
  }

  #run(sql: string, values: object): number {
    const statement: Statement = this.#database.prepare(sql);
    return statement.run(values).changes;
  }
}
