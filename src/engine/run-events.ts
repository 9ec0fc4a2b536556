import type { CanaryReport } from '../core/canary.ts';
import type { ConnectedWorker } from '../core/connected-worker.ts';
import type { UncertainField } from '../core/file-facts.ts';
import type { RunId, RunState } from '../core/run.ts';
import type { StateCounts } from '../core/state-counts.ts';
import type { WaitEvent } from '../core/wait.ts';

/** An item that ended at a step. */
export interface SettledItem {
  readonly key: string;
  readonly outcome: 'done' | 'skipped' | 'failed';
}

/**
 * An event of a run. It is the source of the progress display, of logs, and of events for library users. The
 * engine itself prints nothing.
 */
export type RunEvent =
  | {
      readonly kind: 'run-started';
      readonly run: RunId;
      readonly resumed: boolean;
      /** Number of items in the ledger, by state; all 0 for a new run. */
      readonly counts: StateCounts;
    }
  | {
      readonly kind: 'page-walked';
      readonly page: number;
      /** Items on the page. */
      readonly listed: number;
      /** New items that the filter selected. */
      readonly selected: number;
      readonly selectedTotal: number;
    }
  /**
   * The listing leaves out fields that the job needs, so ucbulk reads these fields with one request per file.
   * Emitted once per process.
   */
  | { readonly kind: 'fields-read'; readonly fields: readonly UncertainField[] }
  /**
   * The job allows invalid rows, so the source skipped invalid rows of its list. `samples` describes some of
   * them.
   */
  | { readonly kind: 'rows-rejected'; readonly count: number; readonly samples: readonly string[] }
  /** The canary of the run is complete. The run now asks whether to continue. */
  | { readonly kind: 'canary-complete'; readonly report: CanaryReport }
  | { readonly kind: 'walk-finished'; readonly pages: number; readonly selectedTotal: number }
  | {
      readonly kind: 'items-settled';
      readonly step: number;
      readonly count: number;
      readonly counts: StateCounts;
      /** The items that ended at this step, with their outcomes. The ledger has them already. */
      readonly items: readonly SettledItem[];
    }
  | {
      readonly kind: 'item-failed';
      readonly key: string;
      readonly code: string;
      readonly message: string;
    }
  | { readonly kind: 'throttled'; readonly retryAfterMs: number; readonly rate: number }
  | { readonly kind: 'rate-changed'; readonly rate: number }
  | {
      readonly kind: 'retry-scheduled';
      readonly count: number;
      readonly code: string;
      readonly message: string;
    }
  /** The endpoint of a step keeps failing. The step sends nothing until its next test request. */
  | {
      readonly kind: 'breaker-open';
      readonly step: string;
      readonly operation: string;
      readonly nextLookMs: number;
    }
  /** Workers of the fleet were connected or have gone. */
  | { readonly kind: 'workers-changed'; readonly workers: readonly ConnectedWorker[] }
  /** A worker of the fleet has sent a request. */
  | { readonly kind: 'worker-request'; readonly isThrottled: boolean }
  | { readonly kind: 'breaker-closed'; readonly step: string; readonly operation: string }
  | WaitEvent
  | { readonly kind: 'clock-skewed'; readonly offsetMs: number }
  /**
   * The commit of an intent took unusually long. `isTooSlow` is true if the intent was then too old for its
   * request, so ucbulk did not send the request and writes a new intent. Each API emits this event at most
   * once a minute.
   */
  | { readonly kind: 'disk-slow'; readonly commitMs: number; readonly isTooSlow: boolean }
  /** Somebody or the timetable of the job changed the limits of the run. Null means that there is no limit. */
  | {
      readonly kind: 'limits-changed';
      readonly rate: number | null;
      readonly concurrency: number;
      readonly why: string;
    }
  | { readonly kind: 'stopping'; readonly why: string }
  | { readonly kind: 'run-ended'; readonly state: RunState; readonly counts: StateCounts };

/** Receives the events of a run. Must not throw. */
export type RunListener = (event: RunEvent) => void;
