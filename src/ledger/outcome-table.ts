import { ITEM_STATES, type ItemState } from '../core/item-state.ts';
import type { JsonObject } from '../core/json.ts';
import { keptJson } from './database-failure.ts';
import type { Connection, Statement } from './open-database.ts';

/** What is kept of an item's end at a step. */
export interface OutcomeRecord {
  readonly item: number;
  readonly step: number;
  readonly state: ItemState;
  readonly reason: string | null;
  readonly message: string | null;
  readonly requestId: string | null;
  readonly result: JsonObject | null;
  /** Server time, ms. */
  readonly at: number;
}

/** One reason and how many items have it. */
export interface ReasonCount {
  /** `done`: items with a warning. */
  readonly state: 'failed' | 'skipped' | 'done';
  readonly reason: string;
  readonly count: number;
  /** The step that they went on from, with an end of their own later; null where they ended so. */
  readonly wentOnFrom: number | null;
}

// How an item ended is the last outcome of the state that it is in. Most items end where they
// stand, so the second look is for few. One that failed and was skipped at its last step ended as
// failed, and did not go on from the skip.
const REASONS = `
SELECT outcomes.state, reason, count(*) AS count,
  CASE WHEN items.state = outcomes.state AND (items.step = outcomes.step OR NOT EXISTS (
    SELECT 1 FROM outcomes AS later WHERE later.item = outcomes.item AND later.step > outcomes.step
      AND later.state = outcomes.state AND later.reason IS NOT 'condition'))
  THEN NULL ELSE outcomes.step END AS went_on_from
FROM outcomes JOIN items ON items.seq = outcomes.item
WHERE (outcomes.state IN (5, 6) OR (outcomes.state = 4 AND reason IS NOT NULL)) AND reason IS NOT 'condition'
  AND NOT (items.state = 6 AND outcomes.state = 5 AND outcomes.step = items.step)
GROUP BY outcomes.state, reason, went_on_from
ORDER BY went_on_from IS NOT NULL, went_on_from, count DESC`;

interface ReasonRow {
  readonly state: keyof typeof WITH_REASON;
  readonly reason: string | null;
  readonly count: number;
  readonly went_on_from: number | null;
}

/** The states that have reasons, by their codes. */
const WITH_REASON = { 4: 'done', 5: 'skipped', 6: 'failed' } as const;
const FAILED = ITEM_STATES.indexOf('failed');

/** How items ended, where there is more to say than "done". */
export class OutcomeTable {
  readonly #put: Statement;
  readonly #remove: Statement;
  readonly #result: Statement;
  readonly #failed: Statement;
  readonly #reasons: Statement;

  constructor(database: Connection) {
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

  /** Writes or replaces what is known of an item's end at a step. */
  put(record: OutcomeRecord): void {
    this.#put.run({
      ...record,
      state: ITEM_STATES.indexOf(record.state),
      result: record.result === null ? null : JSON.stringify(record.result),
    });
  }

  /** Forgets how an item ended at a step: it is to be done again. */
  remove(item: number, step: number): void {
    this.#remove.run(item, step);
  }

  /** What an item's step left as its result; null where it left none. */
  resultOf(item: number, step: number): JsonObject | null {
    const row = this.#result.get(item, step) as { result: string | null } | undefined;
    return row?.result == null ? null : keptJson<JsonObject>(row.result);
  }

  /** True where a step of the item failed and the item went on. */
  hasFailed(item: number): boolean {
    return this.#failed.get(item, FAILED) !== undefined;
  }

  /** Skip reasons, failure codes and codes of warnings with their counts, most first; those of items that went on last. */
  reasons(): ReasonCount[] {
    const rows = this.#reasons.all() as ReasonRow[];
    return rows.map((row) => ({
      state: WITH_REASON[row.state],
      reason: row.reason ?? 'unknown',
      count: row.count,
      wentOnFrom: row.went_on_from,
    }));
  }
}
