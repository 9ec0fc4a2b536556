import type { JsonObject } from '../core/json.ts';
import type { FailureNote } from '../core/outcome.ts';
import type { Connection, Statement } from './connection.ts';

/**
 * Requests that may have an effect. The row of a request (its intent) is written before the send. If the
 * request fails, the row stays and gets the failure.
 */
export class AttemptTable {
  readonly #insert: Statement;
  readonly #resend: Statement;
  readonly #remove: Statement;
  readonly #end: Statement;

  constructor(database: Connection) {
    this.#insert = database.prepare(
      'INSERT INTO attempts (step, items, sends, sent_at, baseline) VALUES (?, ?, 1, ?, ?)',
    );
    this.#resend = database.prepare(
      'UPDATE attempts SET sends = sends + 1, sent_at = ? WHERE id = ?',
    );
    this.#remove = database.prepare(
      'DELETE FROM attempts WHERE id IN (SELECT value FROM json_each(?))',
    );
    this.#end = database.prepare(
      `UPDATE attempts SET ended_at = @at, code = @code, message = @message,
         request_id = @requestId WHERE id = @id`,
    );
  }

  /**
   * Writes the intent of a request, with the data that a probe compares (the baseline). Returns the id of the
   * row.
   */
  begin(intent: {
    step: number;
    items: number;
    sentAt: number;
    baseline?: JsonObject | null;
  }): number {
    const { step, items, sentAt, baseline = null } = intent;
    const kept = baseline === null ? null : JSON.stringify(baseline);
    return Number(this.#insert.run(step, items, sentAt, kept).lastInsertRowid);
  }

  /** Records that the request is sent again. Each physical send has its own time (docs/guarantees.md, W2). */
  resend(id: number, sentAt: number): void {
    this.#resend.run(sentAt, id);
  }

  /** Ends attempts by removing their rows: their effects are known, and the states of their items are enough. */
  endWell(ids: readonly number[]): void {
    this.#remove.run(JSON.stringify(ids));
  }

  /** Ends an attempt that failed. Its row stays as a record of the failure. */
  endBadly(id: number, at: number, note: FailureNote): void {
    this.#end.run({ id, at, ...note, requestId: note.requestId ?? null });
  }
}
