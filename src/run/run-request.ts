import type { CanaryReport } from '../core/canary.ts';
import type { Connection } from '../core/connection.ts';
import type { ConfirmAnswer, ConsentQuestion } from '../core/consent.ts';
import type { Exclusions } from '../core/exclusions.ts';
import type { ListingStart } from '../core/listing-start.ts';
import type { LogLine } from '../core/log-line.ts';
import type { Cost } from '../core/money.ts';
import type { RunId, RunState } from '../core/run.ts';
import type { StateCounts } from '../core/state-counts.ts';
import type { SweepResult } from '../core/sweep-result.ts';
import type { World } from '../core/world.ts';
import type { RunListener } from '../engine/run-events.ts';
import type { StopReason } from '../engine/run-stop.ts';
import type { StepAnswerTimes } from '../engine/service-state/answer-times.ts';
import type { ResultsFirst } from '../engine/settings.ts';
import type { UsedInventory } from '../inventory/inventory-age.ts';
import type { Job, OnConflict } from '../job/job-schema.ts';
import type { GivenCode } from '../job/own-steps.ts';
import type { MessageCount } from '../ledger/count-messages.ts';
import type { Operation } from '../operations/operation.ts';
import type { RunCost } from '../state/run-cost.ts';
import type { Gate } from '../transport/gate.ts';
import type { GateOptions } from '../transport/gate-control.ts';
import type { ServiceClient } from '../uploadcare/service-client.ts';
import type { Fleet } from './fleet.ts';
import type { ItemHooks } from './item-hooks.ts';
import type { ThrottlePoint } from './throttle-curve.ts';

/**
 * The question that a run asks once before it deletes or pays. It covers all deletes and payments of the run.
 */
export interface Confirmation extends ConsentQuestion {
  readonly run: RunId;
  readonly jobName: string;
  /** The projects in which the run deletes or pays. */
  readonly projects: readonly { readonly name?: string; readonly publicKey: string }[];
  /** `limits.cost` of the job; absent if there is none. */
  readonly costLimit?: Cost;
  /** True if each deleted file has a backup in a bucket, from which `ucbulk restore` can import it. */
  readonly hasBackups?: true;
  /**
   * True if a retry asks, because it pays again for items whose paid job ended in an error. The answer `no`
   * then does not decline the run.
   */
  readonly isRetry?: true;
}

/** The question after a canary: does the run continue with all other items? */
export interface CanaryQuestion extends CanaryReport {
  readonly run: RunId;
  readonly jobName: string;
  /** True if an earlier process of the run has shown the results of the canary. */
  readonly wasAsked: boolean;
}

/** Everything that a run needs in addition to its job. */
export interface RunContext {
  readonly world: World;
  /** The default project and the addresses of the service. */
  readonly connection: Connection;
  /**
   * Environment variables with the keys of the job's other `projects`, and with the query of its URLs. Absent if
   * the job has neither.
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Receives the secrets that the job reads from `env`, before the first request. The program must not print them. */
  readonly onSecrets?: (secrets: readonly string[]) => void;
  /** Absolute path of the state directory; created if it is missing. */
  readonly stateDirectory: string;
  /**
   * The state directory in which the source `run` finds earlier runs, and the public key of their project. If absent,
   * these are the state directory and the project of this run. Only a rehearsal sets it.
   */
  readonly earlierRuns?: { readonly stateDirectory: string; readonly publicKey: string };
  /**
   * When this process began to work on the run or to wait for it, ms since 1970; now if absent. A stop that somebody
   * asked for after this time counts.
   */
  readonly startedAt?: number;
  /** The process that works on the run, for `status`. */
  readonly process?: { readonly pid: number; readonly host: string };
  /** Maximum number of parallel requests. If the job's `limits.concurrency` is lower, that one counts. */
  readonly concurrency?: number;
  /** Maximum rate, requests per second. If the job's `limits.rate` is lower, that one counts. */
  readonly rate?: number;
  /**
   * True to wait while the window of the job is closed. Otherwise the run does not start, or stops, and a resume
   * continues it.
   */
  readonly waitsForWindow?: boolean;
  /** Overrides the job's `concurrency.onConflict`. */
  readonly onConflict?: OnConflict;
  readonly listener: RunListener;
  /** Functions that are called before and after the work on each item. */
  readonly hooks?: ItemHooks;
  /**
   * Workers on other machines that send the requests; absent if this process sends them itself.
   * @internal The package exports no function that connects to a fleet.
   */
  readonly fleet?: Fleet;
  /** Called before the run sends anything. Throws if the program does not accept the job. */
  readonly checkJob?: (job: Job) => Promise<void>;
  /**
   * Loads the own code of a job, which runs it. Absent if the program loads no own code; a job that uses some is then
   * refused.
   */
  readonly loadCode?: (job: Job) => Promise<GivenCode>;
  /** True to continue a run although its own code has changed. */
  readonly acceptsChangedCode?: boolean;
  /**
   * Called once, before the first request that deletes or costs money. The result decides:
   * - `yes` or true: the run continues.
   * - `no` or false: the run is declined (exit 7) and can never be resumed.
   * - `unanswered` (nobody answered): the run stops (exit 7), and a resume asks again.
   */
  readonly confirm: (
    question: Confirmation,
    /** Aborts when the run stops for another reason. The answer then does not matter. */
    signal?: AbortSignal,
  ) => Promise<ConfirmAnswer | boolean>;
  /**
   * Called when the canary of a run is complete (`guard.canary` of the job). The results mean the same as those
   * of `confirm`. If it is absent, nobody can be asked.
   */
  readonly confirmCanary?: (
    question: CanaryQuestion,
    signal?: AbortSignal,
  ) => Promise<ConfirmAnswer | boolean>;
  /** When this signal aborts, the run sends no new requests, waits for the requests in flight, and stops. */
  readonly drain: AbortSignal;
  /** When this signal aborts, the run stops at once and closes its sockets. */
  readonly abort: AbortSignal;
  /** How long to retry while the service can't be reached before the run stops, ms. */
  readonly offlineForMs?: number;
  /** Receives each log line. A log line never contains secrets. */
  readonly log: LogLine;
  /** Limits and parts that only tests and the simulation set. */
  readonly limits?: RunLimits;
  /**
   * Returns the name of the signal that stopped the run, such as SIGTERM. Null or absent if the user stopped
   * it.
   */
  readonly stoppedBy?: () => string | null;
}

/** Limits and parts that only tests and the simulation set. */
export interface RunLimits {
  /** `PRAGMA max_page_count` of the ledger, to simulate a full disk. */
  readonly ledgerMaxPages?: number;
  readonly settleMs?: number;
  readonly resultsFirst?: Partial<ResultsFirst>;
  /** Interval at which the run reads what people ask of it, ms. */
  readonly controlEveryMs?: number;
  /** Interval at which the run writes its numbers into its ledger, ms. */
  readonly sampleEveryMs?: number;
  /**
   * Creates the gate, which controls the rate. The simulation passes a gate that follows its simulated clock.
   */
  readonly createGate?: (options: GateOptions) => Gate;
  /** Replaces the operations of the job's steps, by index. */
  readonly operations?: (client: ServiceClient) => readonly Operation[];
  /**
   * Called for each database that the run opens, with a function that closes the database. A simulated crash
   * calls these functions.
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

/** The times of the requests of a step, with the id of the step. */
export type EndAnswerTimes = Omit<StepAnswerTimes, 'step'> & { readonly step: string };

/** A cause of failures, with the id of the step. */
export type EndCause = Omit<MessageCount, 'step'> & { readonly step: string };

/** Items that failed after a paid step succeeded. */
export interface FailedPaid {
  readonly count: number;
  /** True if another run would use the paid results; false if it would pay again. */
  readonly isKept: boolean;
  /** Path of the job file as the user gave it; null if there was none. */
  readonly jobFile: string | null;
}

/** The paid operations of a run. */
export interface PaidCount {
  readonly name: string;
  readonly spent: number;
}

/** The end of a run, as this process saw it. */
export interface RunEnd {
  readonly run: RunId;
  readonly jobName: string;
  readonly state: RunState;
  readonly counts: StateCounts;
  /** Why the run stopped. Null if it did not stop: every item has its outcome or is in doubt. */
  readonly stop: StopReason | null;
  /**
   * Counts of items by failure code, warning code or skip reason, most frequent first. Each item counts once,
   * by its final outcome.
   */
  readonly reasons: readonly EndReason[];
  /** The most frequent causes of failures and of items in doubt, by message. */
  readonly causes: readonly EndCause[];
  /** The share of throttled requests over the time of the whole run; empty if none was throttled. */
  readonly throttling: readonly ThrottlePoint[];
  /** How long the requests of each step waited for their answers in this process, in the order of the steps. */
  readonly answerTimes: readonly EndAnswerTimes[];
  /** The last comparison with a new listing; null if the job asks for none, or if there was none yet. */
  readonly verified: SweepResult | null;
  /** Entries of the source that did not become items. */
  readonly leftOut: Exclusions;
  /** Path of the file with the bad rows of the list; null if there is none. */
  readonly rejects: string | null;
  /** The inventory that the run uses; null if its source is another one, or if the run ended earlier. */
  readonly inventory: UsedInventory | null;
  /** The start of the listing; null if the source of the run has no `since`. */
  readonly since: ListingStart | null;
  /** Items that failed after a paid step; null if there are none. */
  readonly failedPaid: FailedPaid | null;
  /** Number of items that the whole run paid for, by name in `limits.paid`. */
  readonly paid: readonly PaidCount[];
  /** The cost of the whole run by the prices of its job; null if the job has none. */
  readonly cost: RunCost | null;
  /** The labels of the job; null if it has none. */
  readonly labels: Readonly<Record<string, string>> | null;
  /**
   * Number of requests that this process sent. `throttled` and `elapsedMs` are also for this process only.
   */
  readonly requests: number;
  /** Number of requests that all processes of the run sent. */
  readonly requestsOfRun: number;
  readonly throttled: number;
  readonly elapsedMs: number;
}
