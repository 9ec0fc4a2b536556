import type { RunId } from '../core/run.ts';
import type { ControlChange, ControlRecord } from '../core/run-control.ts';
import type { Connection, Statement } from './connection.ts';

/** The limits that a process keeps to. */
export type AppliedLimits = Pick<ControlRecord, 'maxRate' | 'maxConcurrency'>;

/** The changes that people ask for in runs that other processes work on. */
export class ControlTable {
  readonly #find: Statement;
  readonly #ask: Statement;
  readonly #begin: Statement;
  readonly #apply: Statement;

  constructor(database: Connection) {
    this.#find = database.prepare(
      `SELECT state, rate, concurrency, asked_at AS askedAt, revision, applied, applied_at AS appliedAt,
         max_rate AS maxRate, max_concurrency AS maxConcurrency
       FROM controls WHERE run = ?`,
    );
    // One statement changes only the given fields. So two changes at the same time both take effect, and if both
    // change the same field, the last one wins.
    this.#ask = database.prepare(
      `INSERT INTO controls (run, state, rate, concurrency, asked_at, revision)
       VALUES (@run, @state, @rate, @concurrency, @at, 1)
       ON CONFLICT DO UPDATE SET
         state = iif(@hasState, excluded.state, state),
         rate = iif(@hasRate, excluded.rate, rate),
         concurrency = iif(@hasConcurrency, excluded.concurrency, concurrency),
         asked_at = excluded.asked_at, revision = revision + 1
       RETURNING revision`,
    );
    this.#begin = database.prepare(
      `UPDATE controls SET state = NULL, revision = revision + 1
       WHERE run = ? AND state IS NOT NULL AND (applied = revision OR asked_at < ?)`,
    );
    this.#apply = database.prepare(
      `UPDATE controls SET applied = @revision, applied_at = @at, max_rate = @maxRate,
         max_concurrency = @maxConcurrency,
         state = iif(state = 'stopped' AND revision = @revision, NULL, state)
       WHERE run = @run AND applied < @revision`,
    );
  }

  /** The changes that people asked for in the run; null if nobody asked for anything. */
  find(run: RunId): ControlRecord | null {
    return (this.#find.get(run) as ControlRecord | undefined) ?? null;
  }

  /** Records a change. Returns its revision: the process of the run obeys once it has applied this revision. */
  ask(run: RunId, { state, rate, concurrency }: ControlChange, at: number): number {
    const row = this.#ask.get({
      run,
      at,
      state: state ?? null,
      rate: rate ?? null,
      concurrency: concurrency ?? null,
      hasState: Number(state !== undefined),
      hasRate: Number(rate !== undefined),
      hasConcurrency: Number(concurrency !== undefined),
    }) as { revision: number };
    return row.revision;
  }

  /**
   * Forgets a pause or a stop that an earlier process obeyed, or that is from before `startedAt`: somebody has
   * resumed the run since. Limits stay. Returns true if there was one.
   */
  begin(run: RunId, startedAt: number): boolean {
    return this.#begin.run(run, startedAt).changes > 0;
  }

  /**
   * Records that the process of the run obeys a revision, and the limits that it keeps to. Removes a stop,
   * because it must not stop the next process too.
   */
  apply(run: RunId, revision: number, at: number, limits: AppliedLimits): void {
    this.#apply.run({ run, revision, at, ...limits });
  }
}
