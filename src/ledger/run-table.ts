import type { RunId, RunState } from '../core/run.ts';
import type { Connection, Statement } from './connection.ts';
import { parseStoredJson } from './database-failure.ts';
import { schemaVersion } from './migrate.ts';
import { WAITED_FOR_ANSWER } from './migrations/0005-waiting-answer.ts';
import { type NewPlan, PlanTable } from './plan-table.ts';

/** A run as its ledger stores it. It contains the public key of the project but not the secret key. */
export interface RunRecord {
  readonly runId: RunId;
  readonly toolVersion: string;
  readonly jobName: string;
  /** The normalised job. */
  readonly job: object;
  /** Path of the job file, for messages; null if there was none. */
  readonly jobFile: string | null;
  readonly fingerprint: string;
  readonly publicKey: string;
  readonly restOrigin: string;
  readonly state: RunState;
  readonly stopReason: string | null;
  /** True if the run stopped because nobody answered its question. */
  readonly waitsForAnswer: boolean;
  readonly createdAt: number;
  readonly endedAt: number | null;
  /**
   * Server time at the start of the run, ms. The selection contains only files that were uploaded before this
   * time. Null before the first request.
   */
  readonly asOf: number | null;
  /** The time when a person, or `--yes`, confirmed the deletes and payments. Null before that. */
  readonly confirmedAt: number | null;
  readonly walkFinished: boolean;
  /**
   * Number of items that were removed because the list contained them twice. Null until ucbulk has searched
   * for them.
   */
  readonly deduplicated: number | null;
  /** Number of requests that all processes of the run sent. */
  readonly requests: number;
  readonly throttled: number;
}

/** The facts that are known when a run starts. */
export type NewRun = Pick<
  RunRecord,
  | 'runId'
  | 'toolVersion'
  | 'jobName'
  | 'job'
  | 'jobFile'
  | 'fingerprint'
  | 'publicKey'
  | 'restOrigin'
  | 'createdAt'
> & {
  /** The plan whose selection the run does. Absent if the run has its own selection. */
  readonly plan?: NewPlan | undefined;
};

interface RunRow {
  readonly run_id: string;
  readonly tool_version: string;
  readonly job_name: string;
  readonly job: string;
  readonly job_file: string | null;
  readonly fingerprint: string;
  readonly public_key: string;
  readonly rest_origin: string;
  readonly state: string;
  readonly stop_reason: string | null;
  readonly waits_for_answer: number;
  readonly created_at: number;
  readonly ended_at: number | null;
  readonly as_of: number | null;
  readonly confirmed_at: number | null;
  readonly walk_finished: number;
  readonly deduplicated: number | null;
  readonly requests: number;
  readonly throttled: number;
}

/** The first schema with the column `waits_for_answer`. */
const ANSWER_SCHEMA = 5;

/** The table with the single row of the run. */
export class RunTable {
  readonly #insert: Statement;
  readonly #get: Statement;
  readonly #setState: Statement;
  readonly #setAsOf: Statement;
  readonly #setConfirmed: Statement;
  readonly #setWalkFinished: Statement;
  readonly #setDeduplicated: Statement;
  readonly #addTraffic: Statement;
  readonly #setJob: Statement;
  readonly #plan: PlanTable;

  constructor(database: Connection) {
    this.#plan = new PlanTable(database);
    this.#insert = database.prepare(
      `INSERT INTO run (id, run_id, tool_version, job_name, job, job_file, fingerprint, public_key,
         rest_origin, state, created_at)
       VALUES (1, @runId, @toolVersion, @jobName, @job, @jobFile, @fingerprint, @publicKey,
         @restOrigin, 'active', @createdAt)`,
    );
    const isOld = schemaVersion(database) < ANSWER_SCHEMA;
    const answer = isOld ? `, coalesce(${WAITED_FOR_ANSWER}, 0) AS waits_for_answer` : '';
    this.#get = database.prepare(`SELECT *${answer} FROM run`);
    this.#setState = database.prepare(
      `UPDATE run SET state = @state, stop_reason = @reason, ended_at = @endedAt
       ${isOld ? '' : ', waits_for_answer = @waitsForAnswer'}`,
    );
    this.#setAsOf = database.prepare('UPDATE run SET as_of = ? WHERE as_of IS NULL');
    this.#setConfirmed = database.prepare('UPDATE run SET confirmed_at = ?');
    this.#setWalkFinished = database.prepare('UPDATE run SET walk_finished = 1');
    this.#setDeduplicated = database.prepare('UPDATE run SET deduplicated = ?');
    this.#addTraffic = database.prepare(
      'UPDATE run SET requests = requests + ?, throttled = throttled + ?',
    );
    this.#setJob = database.prepare('UPDATE run SET job = ?');
  }

  /** Writes the row of the run, and its plan. A ledger contains one run. */
  begin({ plan, ...run }: NewRun): void {
    this.#insert.run({ ...run, job: JSON.stringify(run.job) });
    if (plan !== undefined) this.#plan.begin(plan);
  }

  /** The run. Null if the process died while it created the ledger. */
  find(): RunRecord | null {
    const row = this.#get.get() as RunRow | undefined;
    return row === undefined ? null : toRun(row);
  }

  /** The run of a ledger that is known to be complete. */
  get(): RunRecord {
    const run = this.find();
    if (run === null) throw new Error('The ledger has no run');
    return run;
  }

  /**
   * Sets the state. `reason` is a text that explains why the run stopped early; null if it did not. `waitsForAnswer`
   * is true if nobody answered the question of the run.
   */
  setState(
    state: RunState,
    reason: string | null,
    endedAt: number | null,
    waitsForAnswer = false,
  ): void {
    this.#setState.run({ state, reason, endedAt, waitsForAnswer: waitsForAnswer ? 1 : 0 });
  }

  /**
   * Sets `asOf`. The selection contains only files that were uploaded before this server time. Only the first
   * call has an effect.
   */
  setAsOf(at: number): void {
    this.#setAsOf.run(at);
  }

  /** Records that the deletes and payments were confirmed. */
  setConfirmed(at: number): void {
    this.#setConfirmed.run(at);
  }

  /** Records that the whole source was listed, so that the selection is complete. */
  setWalkFinished(): void {
    this.#setWalkFinished.run();
  }

  /** Records that all repeated items were removed, and how many there were. */
  setDeduplicated(repeated: number): void {
    this.#setDeduplicated.run(repeated);
  }

  /** Adds the number of requests that a process sent. */
  addTraffic(requests: number, throttled: number): void {
    this.#addTraffic.run(requests, throttled);
  }

  /** Replaces the job by one with the same fingerprint, for example with another rate or other limits. */
  setJob(job: object): void {
    this.#setJob.run(JSON.stringify(job));
  }
}

function toRun(row: RunRow): RunRecord {
  return {
    runId: row.run_id as RunId,
    toolVersion: row.tool_version,
    jobName: row.job_name,
    job: parseStoredJson<object>(row.job),
    jobFile: row.job_file,
    fingerprint: row.fingerprint,
    publicKey: row.public_key,
    restOrigin: row.rest_origin,
    state: row.state as RunState,
    stopReason: row.stop_reason,
    waitsForAnswer: row.waits_for_answer === 1,
    createdAt: row.created_at,
    endedAt: row.ended_at,
    asOf: row.as_of,
    confirmedAt: row.confirmed_at,
    walkFinished: row.walk_finished === 1,
    deduplicated: row.deduplicated,
    requests: row.requests,
    throttled: row.throttled,
  };
}
