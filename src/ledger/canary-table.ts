import type { Connection, Statement } from './connection.ts';

/** A canary whose items all have their outcomes. Times are server time, ms. */
export interface CanaryRecord {
  /** When a process had shown the results and asked for the first time; null if none has. */
  readonly askedAt: number | null;
  /** How long the process that completed the canary worked on it, ms. */
  readonly workedMs: number;
  /** When a person agreed to continue; null if nobody has. */
  readonly passedAt: number | null;
}

/** The progress of the run's canary: the first items, which the run works on before all others. */
export class CanaryTable {
  readonly #get: Statement;
  readonly #complete: Statement;
  readonly #ask: Statement;
  readonly #pass: Statement;
  readonly #forget: Statement;

  constructor(database: Connection) {
    this.#get = database.prepare(
      'SELECT asked_at AS askedAt, worked_ms AS workedMs, passed_at AS passedAt FROM canary',
    );
    this.#complete = database.prepare(
      'INSERT INTO canary (id, worked_ms) VALUES (1, ?) ON CONFLICT DO NOTHING',
    );
    this.#ask = database.prepare('UPDATE canary SET asked_at = ? WHERE asked_at IS NULL');
    this.#pass = database.prepare('UPDATE canary SET passed_at = ?');
    this.#forget = database.prepare(
      `UPDATE canary SET asked_at = NULL
       WHERE passed_at IS NULL`,
    );
  }

  /** The canary; null if it is not complete. */
  find(): CanaryRecord | null {
    return (this.#get.get() as CanaryRecord | undefined) ?? null;
  }

  /** Records that the canary is complete. Only the first call has an effect. */
  setComplete(workedMs: number): void {
    this.#complete.run(Math.round(workedMs));
  }

  /** Records that a process has shown the results of the canary and asked whether to continue. */
  setAsked(at: number): void {
    this.#ask.run(at);
  }

  /** Records that the results have changed since they were shown. Has no effect if a person already agreed. */
  forgetAsked(): void {
    this.#forget.run();
  }

  /** Records that a person agreed to continue with all items. */
  setPassed(at: number): void {
    this.#pass.run(at);
  }
}
