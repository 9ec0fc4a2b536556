import type { Exclusions } from '../core/exclusions.ts';
import type { ItemState } from '../core/item-state.ts';
import type { JsonObject } from '../core/json.ts';
import type { ListingStart } from '../core/listing-start.ts';
import type { RunId, RunState } from '../core/run.ts';
import type { ControlRecord } from '../core/run-control.ts';
import type { RunProcess } from '../core/run-sample.ts';
import type { StateCounts } from '../core/state-counts.ts';
import type { Wait } from '../core/wait.ts';
import type { RunCost } from './run-cost.ts';
import type { PaceStatus } from './run-pace.ts';
import type { RunSchedule } from './run-schedule.ts';

/** The status of a run, as read from its ledger. Reading does not disturb an active run. */
export interface RunStatus extends PaceStatus {
  readonly run: RunId;
  readonly jobName: string;
  readonly publicKey: string;
  readonly restOrigin: string;
  readonly state: RunState;
  /** True while a living process works on the run. */
  readonly isRunning: boolean;
  /** True while a living process waits to continue the run: for the window of its job, or for another run. */
  readonly isWaiting: boolean;
  /** The reason why the run stopped, as text; null if it did not stop. */
  readonly stopReason: string | null;
  /** True if the run stopped because nobody answered its question. */
  readonly waitsForAnswer: boolean;
  readonly createdAt: number;
  readonly endedAt: number | null;
  readonly walkFinished: boolean;
  readonly pages: number;
  /** The start of the listing; null if the source of the run has no `since`. */
  readonly since: ListingStart | null;
  readonly counts: StateCounts;
  /** Entries of the source that did not become items. */
  readonly leftOut: Exclusions;
  /** Path of the file with the bad rows of the list; null if there is none. */
  readonly rejects: string | null;
  /**
   * The steps of the job. `counts`: items that are at the step now, or that ended there. `passed`: items that
   * have completed the step, or that skipped it because of its condition.
   */
  readonly steps: readonly {
    readonly id: string;
    readonly uses: string;
    readonly passed: number;
    readonly counts: StateCounts;
  }[];
  /**
   * Items that were sent and whose answer was lost, if their result is still unknown; null if there are none.
   */
  readonly lostAnswers: LostAnswerStatus | null;
  /** Current waits of the run's process, oldest first; empty if no process works on the run or waits for it. */
  readonly waits: readonly Wait[];
  /** How many items were paid for, by operation. */
  readonly paid: readonly PaidStatus[];
  /** When the run may work, and whether it will be ready in time; null if its job says nothing about that. */
  readonly schedule: RunSchedule | null;
  /** The cost of the run by the prices of its job; null if the job has none. */
  readonly cost: RunCost | null;
  /** The labels of the job; null if it has none. */
  readonly labels: Readonly<Record<string, string>> | null;
  /** The process that works on the run or waits for it; null if there is none, or if it did not name itself. */
  readonly process: RunProcess | null;
  /** The workers of the fleet that are connected to the run, as text; null if it has no fleet, or does not work. */
  readonly workers: string | null;
  /** True if the run is unfinished, and its newest process had workers of a fleet. */
  readonly hasFleet: boolean;
  /** The changes that people asked for; null if there are none, and in a list of runs, which does not read them. */
  readonly control: ControlRecord | null;
}

/** Items whose answers were lost. */
export interface LostAnswerStatus {
  readonly count: number;
  /** The time when ucbulk can find out the result of the first of these items, server time, ms; 0 if now. */
  readonly due: number;
}

/** How many items were paid for with one operation. Items in doubt count too. */
export interface PaidStatus {
  /** Name of the operation, as in `limits.paid` of a job. */
  readonly name: string;
  readonly spent: number;
  /** The job's limit for the operation; null if there is none. */
  readonly limit: number | null;
}

/** A run whose ledger can't be read, with the reason as text. */
export interface UnreadableRun {
  readonly run: RunId;
  readonly problem: string;
}

/** An entry of the list of runs. */
export type RunListing = RunStatus | UnreadableRun;

/** One item in the output of the command `items`. */
export interface ItemReport {
  readonly key: string;
  readonly state: ItemState;
  /** Id of the step at which the item is now, or at which it ended. */
  readonly step: string;
  readonly attempts: number;
  /**
   * The failure code or skip reason. If the item failed at an earlier step and then continued, `reason`,
   * `message` and `requestId` come from that step.
   */
  readonly reason: string | null;
  readonly message: string | null;
  readonly requestId: string | null;
  readonly result: JsonObject | null;
  /**
   * Outcomes at earlier steps, by the ids of the steps. There is no entry for a step that ended as done with
   * neither a result nor a warning.
   */
  readonly earlierSteps: JsonObject;
  /** Time of the outcome, in RFC 3339. For an item in doubt: time of the last send. */
  readonly at: string | null;
}
