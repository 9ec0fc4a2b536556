import type { Exclusions } from '../core/exclusions.ts';
import type { ItemState } from '../core/item-state.ts';
import type { JsonObject } from '../core/json.ts';
import type { RunId, RunState } from '../core/run.ts';
import type { StateCounts } from '../core/state-counts.ts';
import type { Wait } from '../core/wait.ts';

/** Where a run stands, read from its ledger without disturbing it. */
export interface RunStatus {
  readonly run: RunId;
  readonly jobName: string;
  readonly publicKey: string;
  readonly restOrigin: string;
  readonly state: RunState;
  /** True while a living process holds the run. */
  readonly isRunning: boolean;
  /** Why it stopped, in words; null where it did not. */
  readonly stopReason: string | null;
  readonly createdAt: number;
  readonly endedAt: number | null;
  readonly walkFinished: boolean;
  readonly pages: number;
  readonly counts: StateCounts;
  /** What of the source became no item of its own. */
  readonly leftOut: Exclusions;
  /**
   * The steps of the job. `counts`: the items that are at the step, or ended there; `passed`: those
   * that it is behind, done there or not for them.
   */
  readonly steps: readonly {
    readonly id: string;
    readonly uses: string;
    readonly passed: number;
    readonly counts: StateCounts;
  }[];
  /** What was sent and got no answer, and is to be settled; null where there is none. */
  readonly lostAnswers: LostAnswerStatus | null;
  /** What its process waits for now, oldest first; none while no process works on it. */
  readonly waits: readonly Wait[];
  /** What its paid steps spent, in items, over the whole run. */
  readonly paid: readonly PaidStatus[];
}

/** Items whose requests got no answer. */
export interface LostAnswerStatus {
  readonly count: number;
  /** When the first of them is settled, server time, ms; 0 where that may be at once. */
  readonly due: number;
}

/** How much of an operation was paid for; what is in doubt counts. */
export interface PaidStatus {
  /** As in a job's `limits.paid`. */
  readonly name: string;
  readonly spent: number;
  /** null where the job has no limit for it. */
  readonly limit: number | null;
}

/** A run whose ledger can't be read, and why, in words. */
export interface UnreadableRun {
  readonly run: RunId;
  readonly problem: string;
}

/** What there is to say of a run in a list. */
export type RunListing = RunStatus | UnreadableRun;

/** One item as `items` prints it. */
export interface ItemReport {
  readonly key: string;
  readonly state: ItemState;
  /** Id of the step the item is at, or ended at. */
  readonly step: string;
  readonly attempts: number;
  /** Failure code or skip reason; with `message` and `requestId` of the step that failed, where the item went on. */
  readonly reason: string | null;
  readonly message: string | null;
  readonly requestId: string | null;
  readonly result: JsonObject | null;
  /** RFC 3339; when the item got its outcome, or was last sent while in doubt. */
  readonly at: string | null;
}
