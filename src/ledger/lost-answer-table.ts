import type { Connection, Statement } from './open-database.ts';

/** Requests of one step whose answers were lost, and are to be settled before anything is sent again. */
export interface LostAnswers {
  readonly step: number;
  /** Items that went with them. */
  readonly count: number;
  /** When the first of them is settled, server time, ms; 0 where that may be now. */
  readonly due: number;
}

/** What of the items was sent, is not under way, and nobody knows what became of it. */
export class LostAnswerTable {
  readonly #byStep: Statement;

  constructor(database: Connection) {
    this.#byStep = database.prepare(
      `SELECT step, count(*) AS count, min(not_before) AS due FROM items
       WHERE state = 0 AND open_sends > 0 GROUP BY step`,
    );
  }

  /** The steps that have any, in their order. */
  byStep(): LostAnswers[] {
    return this.#byStep.all() as LostAnswers[];
  }
}
