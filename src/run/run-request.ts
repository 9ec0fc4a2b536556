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

/** The question before a run deletes or pays: asked once for all its effects. */
export interface Confirmation extends ConsentQuestion {
  readonly run: RunId;
  readonly jobName: string;
  /** The projects in which something is deleted or paid for. */
  readonly projects: readonly { readonly name?: string; readonly publicKey: string }[];
}

/** Everything a run needs that is not in its job. */
export interface RunContext {
  readonly world: World;
  /** The default project and the addresses of the service. */
  readonly connection: Connection;
  /** Environment variables with the keys of the job's other `projects`; none if absent. */
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
   * Asked once, before the first request that deletes or is paid for. `yes` or true lets the run
   * work. `no` or false is final: the run ends as declined (exit 7) and cannot be resumed.
   * `unanswered` is for "nobody to ask now": the run stops (exit 7), and a resume asks again.
   */
  readonly confirm: (question: Confirmation) => Promise<ConfirmAnswer | boolean>;
  /** Its abort drains the run: no new request is sent, and requests in flight finish. */
  readonly drain: AbortSignal;
  /** Its abort stops the run at once: sockets are closed too. */
  readonly abort: AbortSignal;
  /** How long to retry while the service can't be reached before the run stops, ms. */
  readonly offlineForMs?: number;
  /** Receives each log line; it never has secrets. */
  readonly log: LogLine;
  /** Limits and parts that only tests and the simulation change. */
  readonly limits?: RunLimits;
  /** Returns the cause of the drain, such as SIGTERM; null or absent means the user. */
  readonly stoppedBy?: () => string | null;
}

/** Limits and parts that tests and the simulation may set. */
export interface RunLimits {
  /** `PRAGMA max_page_count` of the ledger: simulates a full disk. */
  readonly ledgerMaxPages?: number;
  readonly settleMs?: number;
  readonly resultsFirst?: Partial<ResultsFirst>;
  /** The gate of the simulation runs on the simulated clock. */
  readonly createGate?: (options: GateOptions) => Gate;
  /** Replaces the operations of the job's steps, by index. */
  readonly operations?: (client: ServiceClient) => readonly Operation[];
  /** Called for every database that is opened, so that a simulated crash can close it. */
  readonly onOpen?: (close: () => void) => void;
}

/** A code or reason, and the number of items with it. */
interface EndReason {
  /** `done` stands for items with a warning. */
  readonly state: 'failed' | 'skipped' | 'done';
  readonly reason: string;
  readonly count: number;
  /** The step at which these items were skipped or failed and then continued; absent if they ended there. */
  readonly step?: string;
}

/** Items that failed after a paid step: another run may continue with them. */
export interface FailedPaid {
  readonly count: number;
  /** True if another run reuses the paid results; otherwise, it pays again. */
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
  /** null if every item has its outcome, or only items in doubt are left. */
  readonly stop: StopReason | null;
  /** Counts of failed and skipped items and of warnings by code or reason, most frequent first. Each item counts once, by its final outcome. */
  readonly reasons: readonly EndReason[];
  /** Entries of the source that are not items of their own. */
  readonly leftOut: Exclusions;
  /** Items that failed after a paid step; null if there are none. */
  readonly failedPaid: FailedPaid | null;
  /** Number of effects that were paid for, by `limits.paid` name, over the whole run. */
  readonly paid: readonly PaidCount[];
  /** Number of requests of this process; so are `throttled` and `elapsedMs`. */
  readonly requests: number;
  readonly throttled: number;
  readonly elapsedMs: number;
}
