import type { ClaimBound } from './claim-bound.ts';
import type { Connection, Statement } from './connection.ts';
import { OPEN } from './item-table.ts';

/**
 * Finds the times at which items may be claimed or polled (server time, ms). Items after the bound may not be
 * claimed.
 */
export class DueTimes {
  readonly #bound: ClaimBound;
  readonly #nextWaiting: Statement;
  readonly #isAnyReady: Statement;
  readonly #nextDue: Statement;
  readonly #nextSent: Statement;
  readonly #dueNow: Statement;

  constructor(database: Connection, bound: ClaimBound) {
    this.#bound = bound;
    this.#nextWaiting = database.prepare(
      `SELECT min(not_before) AS due FROM items
       WHERE ${OPEN} AND step = ? AND state = 2 AND not_before > ?`,
    );
    this.#isAnyReady = database.prepare(
      `SELECT 1 FROM items WHERE ${OPEN} AND step = @step AND state = 0 AND not_before = 0
         AND seq <= @lastSeq
       UNION ALL SELECT 1 FROM items WHERE ${OPEN} AND step = @step AND state = 0
         AND not_before > 0 AND not_before <= @now AND seq <= @lastSeq
       LIMIT 1`,
    );
    this.#nextDue = database.prepare(
      `SELECT min(not_before) AS due FROM items
       WHERE ${OPEN} AND step = ? AND state = 0 AND not_before > 0 AND seq <= ?`,
    );
    this.#nextSent = database.prepare(
      `SELECT min(not_before) AS due FROM items
       WHERE step = ? AND state = 0 AND open_sends > 0 AND seq <= ?`,
    );
    this.#dueNow = database.prepare(
      `UPDATE items SET not_before = CASE WHEN state = 0 AND open_sends > 0 THEN @settled ELSE @now END
       WHERE ${OPEN} AND not_before > @limit`,
    );
  }

  /** True if `ItemTable.claim` would find an item. Changes nothing. */
  isAnyReady(step: number, now: number): boolean {
    const { lastSeq } = this.#bound;
    return this.#isAnyReady.get({ step, now, lastSeq }) !== undefined;
  }

  /**
   * The earliest time after `after` at which a remote job of the step is due, both in ms of server time; null
   * if there is none.
   */
  nextWaiting(step: number, after: number): number | null {
    return (this.#nextWaiting.get(step, after) as { due: number | null }).due;
  }

  /**
   * The time when the first postponed item of a step may be claimed, server time, ms; null if none is
   * postponed.
   */
  nextDue(step: number): number | null {
    return (this.#nextDue.get(step, this.#bound.lastSeq) as { due: number | null }).due;
  }

  /**
   * Finds the pending items that were sent and whose result is unknown. Returns the earliest time at which
   * one of them may be claimed, server time, ms; null if there is none.
   */
  nextSent(step: number): number | null {
    return (this.#nextSent.get(step, this.#bound.lastSeq) as { due: number | null }).due;
  }

  /**
   * Makes pending items due at `now` if their due time is later than `limit`. If an item was sent and its
   * result is unknown, it becomes due at `settled` instead. All times are server time, ms.
   */
  dueNow(times: { now: number; limit: number; settled: number }): void {
    this.#dueNow.run(times);
  }
}
