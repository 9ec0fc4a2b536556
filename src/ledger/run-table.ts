import type { RunId, RunState } from '../core/run.ts';
import { keptJson } from './database-failure.ts';
import type { Connection, Statement } from './open-database.ts';

/** A run as its ledger keeps it. Never a secret: the public key only. */
export interface RunRecord {
  readonly runId: RunId;
  readonly toolVersion: string;
  readonly jobName: string;
  /** The normalised job. */
  readonly job: object;
  /** Where the job file was, for messages; null where there was none. */
  readonly jobFile: string | null;
  readonly fingerprint: string;
  readonly publicKey: string;
  readonly restOrigin: string;
  readonly state: RunState;
  readonly stopReason: string | null;
  readonly createdAt: number;
  readonly endedAt: number | null;
  /** Server time at the start: items that came later are out of scope. Null before the first request. */
  readonly asOf: number | null;
  /** When a person, or `--yes`, agreed to what is destructive. */
  readonly confirmedAt: number | null;
  readonly walkFinished: boolean;
  /** How many items went because a list named them again, pages apart; null before that was looked at. */
  readonly deduplicated: number | null;
  /** Requests of all processes that worked on the run. */
  readonly requests: number;
  readonly throttled: number;
}

/** What is given when a run begins. */
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
>;

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
  readonly created_at: number;
  readonly ended_at: number | null;
  readonly as_of: number | null;
  readonly confirmed_at: number | null;
  readonly walk_finished: number;
  readonly deduplicated: number | null;
  readonly requests: number;
  readonly throttled: number;
}

/** The one row about the run itself. */
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

  constructor(database: Connection) {
    this.#insert = database.prepare(
      `INSERT INTO run (id, run_id, tool_version, job_name, job, job_file, fingerprint, public_key,
         rest_origin, state, created_at)
       VALUES (1, @runId, @toolVersion, @jobName, @job, @jobFile, @fingerprint, @publicKey,
         @restOrigin, 'active', @createdAt)`,
    );
    this.#get = database.prepare('SELECT * FROM run');
    this.#setState = database.prepare('UPDATE run SET state = ?, stop_reason = ?, ended_at = ?');
    this.#setAsOf = database.prepare('UPDATE run SET as_of = ? WHERE as_of IS NULL');
    this.#setConfirmed = database.prepare('UPDATE run SET confirmed_at = ?');
    this.#setWalkFinished = database.prepare('UPDATE run SET walk_finished = 1');
    this.#setDeduplicated = database.prepare('UPDATE run SET deduplicated = ?');
    this.#addTraffic = database.prepare(
      'UPDATE run SET requests = requests + ?, throttled = throttled + ?',
    );
    this.#setJob = database.prepare('UPDATE run SET job = ?');
  }

  /** Writes the run's row; a ledger has one. */
  begin(run: NewRun): void {
    this.#insert.run({ ...run, job: JSON.stringify(run.job) });
  }

  /** The run; null in a ledger whose making was cut off. */
  find(): RunRecord | null {
    const row = this.#get.get() as RunRow | undefined;
    return row === undefined ? null : toRun(row);
  }

  /** The run of a ledger that is known to be whole. */
  get(): RunRecord {
    const run = this.find();
    if (run === null) throw new Error('The ledger has no run');
    return run;
  }

  /** Sets the state, with the reason in words where the run stopped early. */
  setState(state: RunState, reason: string | null, endedAt: number | null): void {
    this.#setState.run(state, reason, endedAt);
  }

  /** Sets the server time from which on new items are out of scope; only the first call counts. */
  setAsOf(at: number): void {
    this.#setAsOf.run(at);
  }

  /** Notes that the destructive steps were agreed to. */
  setConfirmed(at: number): void {
    this.#setConfirmed.run(at);
  }

  /** Notes that the source ended: the selection is whole. */
  setWalkFinished(): void {
    this.#setWalkFinished.run();
  }

  /** Notes that each item is in the selection once, and how many rows went for it. */
  setDeduplicated(repeated: number): void {
    this.#setDeduplicated.run(repeated);
  }

  /** Adds what a process sent. */
  addTraffic(requests: number, throttled: number): void {
    this.#addTraffic.run(requests, throttled);
  }

  /** Replaces the job by one with the same fingerprint (another rate, other limits). */
  setJob(job: object): void {
    this.#setJob.run(JSON.stringify(job));
  }
}

function toRun(row: RunRow): RunRecord {
  return {
    runId: row.run_id as RunId,
    toolVersion: row.tool_version,
    jobName: row.job_name,
    job: keptJson<object>(row.job),
    jobFile: row.job_file,
    fingerprint: row.fingerprint,
    publicKey: row.public_key,
    restOrigin: row.rest_origin,
    state: row.state as RunState,
    stopReason: row.stop_reason,
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
