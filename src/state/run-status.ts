import type { Exclusions } from '../core/exclusions.ts';
import type { ItemState } from '../core/item-state.ts';
import type { JsonObject } from '../core/json.ts';
import type { RunId, RunState } from '../core/run.ts';
import type { StateCounts } from '../core/state-counts.ts';
import type { Wait } from '../core/wait.ts';

/** The status of a run, read from its ledger without disturbing it. */
export interface RunStatus {
  readonly run: RunId;
  readonly jobName: string;
  readonly publicKey: string;
  readonly restOrigin: string;
  readonly state: RunState;
  /** True while a living process holds the run. */
  readonly isRunning: boolean;
  /** The reason why it stopped, in words; null if it did not stop. */
  readonly stopReason: string | null;
  readonly createdAt: number;
  readonly endedAt: number | null;
  readonly walkFinished: boolean;
  readonly pages: number;
  readonly counts: StateCounts;
  /** Entries of the source that are not items of their own. */
  readonly leftOut: Exclusions;
  /**
   * The steps of the job. `counts`: items that are at the step, or ended there. `passed`: items that
   * are past the step, done or skipped by a condition.
   */
  readonly steps: readonly {
    readonly id: string;
    readonly uses: string;
    readonly passed: number;
    readonly counts: StateCounts;
  }[];
  /** Items that were sent, got no answer and are not settled yet; null if there are none. */
  readonly lostAnswers: LostAnswerStatus | null;
  /** Current waits of its process, oldest first; empty if no process works on it. */
  readonly waits: readonly Wait[];
  /** Spending of its paid steps over the whole run, in items. */
  readonly paid: readonly PaidStatus[];
}

/** Items whose requests got no answer. */
export interface LostAnswerStatus {
  readonly count: number;
  /** The time from which the first of them can be settled, server time, ms; 0 if it can be settled now. */
  readonly due: number;
}

/** The spending on an operation; items in doubt count. */
export interface PaidStatus {
  /** As in a job's `limits.paid`. */
  readonly name: string;
  readonly spent: number;
  /** null if the job has no limit for it. */
  readonly limit: number | null;
}

/** A run whose ledger can't be read, with the reason in words. */
export interface UnreadableRun {
  readonly run: RunId;
  readonly problem: string;
}

/** An entry of the list of runs. */
export type RunListing = RunStatus | UnreadableRun;

/** One item as `items` prints it. */
export interface ItemReport {
  readonly key: string;
  readonly state: ItemState;
  /** Id of the step the item is at, or ended at. */
  readonly step: string;
  readonly attempts: number;
  /** Failure code or skip reason. If the item failed at a step and continued, this, `message` and `requestId` are from that step. */
  readonly reason: string | null;
  readonly message: string | null;
  readonly requestId: string | null;
  readonly result: JsonObject | null;
  /** Outcomes at earlier steps that are more than a plain "done", by the ids of the steps. */
  readonly earlierSteps: JsonObject;
  /** RFC 3339: the time of the outcome or, for an item in doubt, of the last send. */
  readonly at: string | null;
}
