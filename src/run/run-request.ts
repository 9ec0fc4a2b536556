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
import type { GateOptions } from '../transport/gate-control.ts';
import type { ServiceClient } from '../uploadcare/service-client.ts';

/** The question before a run deletes or pays: asked once for all that it would do. */
export interface Confirmation extends ConsentQuestion {
  readonly run: RunId;
  readonly jobName: string;
  /** The projects in which something is deleted or paid for. */
  readonly projects: readonly { readonly name?: string; readonly publicKey: string }[];
}

/** Everything a run needs that is not in its job. */
export interface RunContext {
  readonly world: World;
  /** The default project, and where the service is. */
  readonly connection: Connection;
  /** The variables that the keys of the job's other `projects` are in; none where absent. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the state directory; made where it is missing. */
  readonly stateDirectory: string;
  /** Overrides the job's `limits.concurrency`. Requests at once. */
  readonly concurrency?: number;
  /** Overrides the job's `limits.rate`. At most so many requests a second. */
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
  /** Aborts: no new request leaves, what is on its way is waited for. */
  readonly drain: AbortSignal;
  /** Aborts: sockets are closed too. */
  readonly abort: AbortSignal;
  /** How long requests that can't reach the service are tried again before the run stops, ms. */
  readonly offlineForMs?: number;
  /** Takes one log line; secrets are never in it. */
  readonly log: LogLine;
  /** Bounds and parts that only tests and the simulation change. */
  readonly limits?: RunLimits;
  /** What aborted `drain`, such as SIGTERM; the user where null or absent. */
  readonly stoppedBy?: () => string | null;
}

/** What tests and the simulation may set. */
export interface RunLimits {
  /** `PRAGMA max_page_count` of the ledger: a disk that is full on purpose. */
  readonly ledgerMaxPages?: number;
  readonly settleMs?: number;
  readonly resultsFirst?: Partial<ResultsFirst>;
  /** The gate of the simulation runs on the simulated clock. */
  readonly createGate?: (options: GateOptions) => Gate;
  /** Replaces the operations of the job's steps, by place. */
  readonly operations?: (client: ServiceClient) => readonly Operation[];
  /** Told of every database that is opened, so that a simulated death can take it away. */
  readonly onOpen?: (close: () => void) => void;
}

/** A code or reason, and how many items have it. */
interface EndReason {
  /** `done`: items with a warning. */
  readonly state: 'failed' | 'skipped' | 'done';
  readonly reason: string;
  readonly count: number;
  /** The step that these items were skipped or failed at and went on from; absent where they ended so. */
  readonly step?: string;
}

/** Items that failed after something was paid for them: another run may take them up. */
export interface FailedPaid {
  readonly count: number;
  /** Whether another run goes on with what was paid for; else it pays again. */
  readonly isKept: boolean;
  /** Where the job file was, as it was given; null where there was none. */
  readonly jobFile: string | null;
}

/** How a run ended in this process. */
export interface RunEnd {
  readonly run: RunId;
  readonly jobName: string;
  readonly state: RunState;
  readonly counts: StateCounts;
  /** null where every item has its outcome, or only in-doubt ones are left. */
  readonly stop: StopReason | null;
  /** Failed and skipped items by code or reason, and done ones with a warning, most first: each is counted once, as it ended. */
  readonly reasons: readonly EndReason[];
  /** What of the source became no item of its own. */
  readonly leftOut: Exclusions;
  /** What failed after a step that is paid for; null where nothing did. */
  readonly failedPaid: FailedPaid | null;
  /** Of this process only. */
  readonly requests: number;
  readonly throttled: number;
  readonly elapsedMs: number;
}
