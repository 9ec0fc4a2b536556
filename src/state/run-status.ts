import type { Exclusions } from '../core/exclusions.ts';
import type { ItemState } from '../core/item-state.ts';
import type { JsonObject } from '../core/json.ts';
import type { RunId, RunState } from '../core/run.ts';
import type { StateCounts } from '../core/state-counts.ts';
import type { Wait } from '../core/wait.ts';

/** The status of a run. Reading it from the ledger does not disturb an active run. */
export interface RunStatus {
  readonly run: RunId;
  readonly jobName: string;
  readonly publicKey: string;
  readonly restOrigin: string;
  readonly state: RunState;
  /** True while a living process holds the run. */
  readonly isRunning: boolean;
  /** The reason why the run stopped, as text; null if it did not stop. */
  readonly stopReason: string | null;
  readonly createdAt: number;
  readonly endedAt: number | null;
  readonly walkFinished: boolean;
  readonly pages: number;
  readonly counts: StateCounts;
  /** Entries of the source that did not become items. */
  readonly leftOut: Exclusions;
  /**
   * The steps of the job. `counts`: items that are at the step or ended there. `passed`: items that are past
   * the step because it was done or skipped by its condition.
   */
  readonly steps: readonly {
    readonly id: string;
    readonly uses: string;
    readonly passed: number;
    readonly counts: StateCounts;
  }[];
  /** Items that were sent and got no answer, and whose outcome is still unknown; null if there are none. */
  readonly lostAnswers: LostAnswerStatus | null;
  /** Current waits of the run's process, oldest first; empty if no process works on the run. */
  readonly waits: readonly Wait[];
  /** The spending of the run's paid steps, counted in items. */
  readonly paid: readonly PaidStatus[];
}

/** Items whose requests got no answer. */
export interface LostAnswerStatus {
  readonly count: number;
  /** The time when the first of these items can be settled, server time, ms; 0 if now. */
  readonly due: number;
}

/** The spending on one paid operation. Items in doubt count as paid. */
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

/** One item as the command `items` prints it. */
export interface ItemReport {
  readonly key: string;
  readonly state: ItemState;
  /** Id of the step that the item is at, or at which it ended. */
  readonly step: string;
  readonly attempts: number;
  /**
   * Failure code or skip reason. If the item failed at a step and then continued, `reason`, `message` and
   * `requestId` are from that step.
   */
  readonly reason: string | null;
  readonly message: string | null;
  readonly requestId: string | null;
  readonly result: JsonObject | null;
  /** Outcomes at earlier steps, by the ids of the steps. Omits steps whose outcome was a plain "done". */
  readonly earlierSteps: JsonObject;
  /** Time of the outcome, in RFC 3339. For an item in doubt: time of the last send. */
  readonly at: string | null;
}
