import type { Connection, Statement } from './connection.ts';

/** Requests of one step whose answers were lost. Each must be settled before its items are sent again. */
export interface LostAnswers {
  readonly step: number;
  /** Number of items in them. */
  readonly count: number;
  /** The time from which the first of them can be settled, server time, ms; 0 if it can be settled now. */
  readonly due: number;
}

/** Items that were sent and are not in progress, with an unknown outcome. */
export class LostAnswerTable {
  readonly #byStep: Statement;

  constructor(database: Connection) {
    this.#byStep = database.prepare(
      `SELECT step, count(*) AS count, min(not_before) AS due FROM items
       WHERE state = 0 AND open_sends > 0 GROUP BY step`,
    );
  }

  /** The steps with lost answers, in their order. */
  byStep(): LostAnswers[] {
    return this.#byStep.all() as LostAnswers[];
  }
}
