import type { Connection, Statement } from './connection.ts';

/**
 * The requests of one step whose answers were lost. ucbulk must find out the result of a request before it
 * sends the items of this request again.
 */
export interface LostAnswers {
  readonly step: number;
  /** Number of items in these requests. */
  readonly count: number;
  /**
   * The time when ucbulk can find out the result of the first of these requests, server time, ms; 0 if now.
   */
  readonly due: number;
}

/** Finds items that were sent, whose result is unknown, and that no task is processing. */
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
