import type { Connection, Statement } from './connection.ts';

/** A canary whose items all have their outcomes. Times are server time, ms. */
export interface CanaryRecord {
  /** When the run asked for the first time whether to continue. */
  readonly askedAt: number;
  /** How long the process that completed the canary worked on it, ms. */
  readonly workedMs: number;
  /** When a person agreed to continue; null if nobody has. */
  readonly passedAt: number | null;
}

/** The progress of the run's canary: the first items, which the run works on before all others. */
export class CanaryTable {
  readonly #get: Statement;
  readonly #ask: Statement;
  readonly #pass: Statement;

  constructor(database: Connection) {
    this.#get = database.prepare(
      'SELECT asked_at AS askedAt, worked_ms AS workedMs, passed_at AS passedAt FROM canary',
    );
    this.#ask = database.prepare(
      'INSERT INTO canary (id, asked_at, worked_ms) VALUES (1, ?, ?) ON CONFLICT DO NOTHING',
    );
    this.#pass = database.prepare('UPDATE canary SET passed_at = ?');
  }

  /** The canary; null if it is not complete. */
  find(): CanaryRecord | null {
    return (this.#get.get() as CanaryRecord | undefined) ?? null;
  }

  /** Records that the canary is complete, and that the run now asks. Only the first call has an effect. */
  setAsked(at: number, workedMs: number): void {
    this.#ask.run(at, Math.round(workedMs));
  }

  /** Records that a person agreed to continue with all items. */
  setPassed(at: number): void {
    this.#pass.run(at);
  }
}
