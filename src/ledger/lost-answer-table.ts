import type { Connection, Statement } from './connection.ts';

/**
 * Requests of one step whose answers were lost. The outcome of each request must be known before its items
 * are sent again.
 */
export interface LostAnswers {
  readonly step: number;
  /** Number of items in these requests. */
  readonly count: number;
  /**
   * The time when the outcome of the first request can be found, server time, ms; 0 if it can be found now.
   */
  readonly due: number;
}

/** Items that were sent, are not in progress, and have an unknown outcome. */
export class LostAnswerTable {
  readonly #byStep: Statement;

  constructor(database: Connection) {
    this.#byStep = database.prepare(
      `SELECT step, count(*) AS count, min(not_before) AS due FROM items
       WHERE state = 0 AND open_sends > 0 GROUP BY step`,
    );
  }

  /** The steps with lost answers, in the order of the job. */
  byStep(): LostAnswers[] {
    return this.#byStep.all() as LostAnswers[];
  }
}
