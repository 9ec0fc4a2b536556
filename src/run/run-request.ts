import type { Connection } from '../core/connection.ts';
import type { ConfirmAnswer, ConsentQuestion } from '../core/consent.ts';
import type { Exclusions } from '../core/exclusions.ts';
import type { LogLine } from '../core/log-line.ts';
import type { RunId, RunState } from '../core/run.ts';
import type { StateCounts } from '../core/state-counts.ts';
import type { World } from '../core/world.ts';
import type { RunListener } from '../engine/run-events.ts';
import type { StopReason } from '../engine/run-stop.ts';
import type { ResultsFirst } from '../engine/settings.ts';
import type { OnConflict } from '../job/job-schema.ts';
import type { Operation } from '../operations/operation.ts';
import type { Gate } from '../transport/gate.ts';
import type { GateOptions } from '../transport/gate-pause.ts';
import type { ServiceClient } from '../uploadcare/service-client.ts';

/** The question before a run deletes or pays. A run asks it once, for all its effects. */
export interface Confirmation extends ConsentQuestion {
  readonly run: RunId;
  readonly jobName: string;
  /** The projects in which the run deletes or pays. */
  readonly projects: readonly { readonly name?: string; readonly publicKey: string }[];
}

/** Everything that a run needs in addition to its job. */
export interface RunContext {
  readonly world: World;
  /** The default project and the addresses of the service. */
  readonly connection: Connection;
  /**
   * Environment variables that contain the keys of the job's other `projects`. Absent if the job has none.
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the state directory; created if it is missing. */
  readonly stateDirectory: string;
  /** Overrides the job's `limits.concurrency`: maximum number of parallel requests. */
  readonly concurrency?: number;
  /** Overrides the job's `limits.rate`: maximum rate, requests per second. */
  readonly rate?: number;
  /** Overrides the job's `concurrency.onConflict`. */
  readonly onConflict?: OnConflict;
  readonly listener: RunListener;
  /**
   * Called once, before the first request that deletes or is paid for.
   * `yes` or true: the run works.
   * `no` or false: the run ends as declined (exit 7) and can never be resumed.
   * `unanswered` (nobody could be asked): the run stops (exit 7), and a resume asks again.
   */
  readonly confirm: (question: Confirmation) => Promise<ConfirmAnswer | boolean>;
  /** When this signal aborts, the run drains: it sends no new request, and requests in flight finish. */
  readonly drain: AbortSignal;
  /** When this signal aborts, the run stops at once and closes its sockets. */
  readonly abort: AbortSignal;
  /** How long to retry while the service can't be reached before the run stops, ms. */
  readonly offlineForMs?: number;
  /** Receives each log line. A log line never contains secrets. */
  readonly log: LogLine;
  /** Limits and parts that only tests and the simulation set. */
  readonly limits?: RunLimits;
  /** Returns the cause of the drain, such as SIGTERM. Null or absent if the user stopped the run. */
  readonly stoppedBy?: () => string | null;
}

/** Limits and parts that only tests and the simulation set. */
export interface RunLimits {
  /** `PRAGMA max_page_count` of the ledger: simulates a full disk. */
  readonly ledgerMaxPages?: number;
  readonly settleMs?: number;
  readonly resultsFirst?: Partial<ResultsFirst>;
  /** Creates the gate. The simulation uses its own, which follows the simulated clock. */
  readonly createGate?: (options: GateOptions) => Gate;
  /** Replaces the operations of the job's steps, by index. */
  readonly operations?: (client: ServiceClient) => readonly Operation[];
  /**
   * Receives a function that closes a database, for each opened database. A simulated crash calls these
   * functions.
   */
  readonly onOpen?: (close: () => void) => void;
}

/** A failure code, warning code or skip reason, with the number of its items. */
interface EndReason {
  /** `done` is for items that are done with a warning. */
  readonly state: 'failed' | 'skipped' | 'done';
  readonly reason: string;
  readonly count: number;
  /**
   * The step at which these items were skipped or failed, if they then continued; absent if they ended there.
   */
  readonly step?: string;
}

/** Items that failed after a paid step. Another run may continue with them. */
export interface FailedPaid {
  readonly count: number;
  /** True if another run can reuse the paid results; false if it pays again. */
  readonly isKept: boolean;
  /** Path of the job file as the user gave it; null if there was none. */
  readonly jobFile: string | null;
}

/** The paid operations of a run. */
export interface PaidCount {
  readonly name: string;
  readonly spent: number;
}

/** The end of a run in this process. */
export interface RunEnd {
  readonly run: RunId;
  readonly jobName: string;
  readonly state: RunState;
  readonly counts: StateCounts;
  /** The reason of the stop. Null if every item has its outcome, or if only items in doubt are left. */
  readonly stop: StopReason | null;
  /**
   * Counts of items by failure code, warning code or skip reason, most frequent first. Each item counts once,
   * by its final outcome.
   */
  readonly reasons: readonly EndReason[];
  /** Entries of the source that did not become items. */
  readonly leftOut: Exclusions;
  /** Items that failed after a paid step; null if there are none. */
  readonly failedPaid: FailedPaid | null;
  /** Number of effects that the whole run paid for, by name in `limits.paid`. */
  readonly paid: readonly PaidCount[];
  /**
   * Number of requests that this process sent. `throttled` and `elapsedMs` are also for this process only.
   */
  readonly requests: number;
  readonly throttled: number;
  readonly elapsedMs: number;
}
