import { ITEM_STATES, SWEEP_TRANSITION } from '../core/item-state.ts';
import type { SweepResult } from '../core/sweep-result.ts';
import type { Connection, Statement } from './connection.ts';
import { CounterTable } from './counter-table.ts';
import { schemaVersion } from './migrate.ts';

/** The first schema with the tables. */
const SINCE_SCHEMA = 4;

const LAST = `
SELECT no, at, verified, different, not_verified AS notVerified, left_over AS leftOver, reopened
FROM sweeps ORDER BY no DESC LIMIT 1`;
const REOPEN = `
UPDATE items SET step = @step, state = @pending, attempts = 0, open_sends = 0, attempt = NULL, not_before = 0
WHERE seq IN (SELECT value FROM json_each(@seqs)) AND step = @last AND state = @done`;
// Forces a check of the pages before the next delete of their items.
const FORGET_CHECKS = `
UPDATE pages SET checked_at = 0
WHERE no IN (SELECT page FROM items WHERE seq IN (SELECT value FROM json_each(@seqs)))`;

/** The sweeps of a run. */
export class SweepTable {
  readonly #database: Connection;
  readonly #counters: CounterTable;
  readonly #last: Statement | null;

  constructor(database: Connection) {
    this.#database = database;
    this.#counters = new CounterTable(database);
    this.#last = schemaVersion(database) < SINCE_SCHEMA ? null : database.prepare(LAST);
  }

  /** The last comparison of the run; null if there was none. */
  last(): SweepResult | null {
    return (this.#last?.get() as SweepResult | undefined) ?? null;
  }

  /** Records a comparison. */
  add(result: SweepResult): void {
    this.#run(
      `INSERT INTO sweeps (no, at, verified, different, not_verified, left_over, reopened)
       VALUES (@no, @at, @verified, @different, @notVerified, @leftOver, @reopened)`,
      result,
    );
  }

  /**
   * Makes items that are done pending again, at an earlier step or at their last one. ucbulk lists their pages
   * again before it deletes their files. Throws if one of the items is not done.
   */
  reopen(
    sweep: number,
    { step, last, seqs }: { step: number; last: number; seqs: readonly number[] },
  ): void {
    const { from, to } = SWEEP_TRANSITION;
    const states = { pending: ITEM_STATES.indexOf(to), done: ITEM_STATES.indexOf(from) };
    const chosen = { seqs: JSON.stringify(seqs) };
    const moved = this.#run(REOPEN, { ...chosen, ...states, step, last });
    if (moved !== seqs.length) {
      throw new Error(`${seqs.length} items should be done again, ${moved} were done`);
    }
    this.#run(FORGET_CHECKS, chosen);
    this.#run(
      `DELETE FROM outcomes WHERE item IN (SELECT value FROM json_each(@seqs)) AND step >= @step`,
      { ...chosen, step },
    );
    this.#run(
      `INSERT OR REPLACE INTO swept_items (item, sweep) SELECT value, @sweep FROM json_each(@seqs)`,
      { ...chosen, sweep },
    );
    this.#counters.add(last, from, -moved);
    this.#counters.add(step, to, moved);
  }

  /** Those of the items that were done before. */
  doneBefore(seqs: readonly number[]): ReadonlySet<number> {
    if (this.#last === null) return new Set();
    const rows = this.#database
      .prepare('SELECT item FROM swept_items WHERE item IN (SELECT value FROM json_each(?))')
      .pluck()
      .all(JSON.stringify(seqs));
    return new Set(rows as number[]);
  }

  #run(sql: string, values: object): number {
    return this.#database.prepare(sql).run(values).changes;
  }
}
