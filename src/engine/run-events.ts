import type { UncertainField } from '../core/file-facts.ts';
import type { RunId, RunState } from '../core/run.ts';
import type { StateCounts } from '../core/state-counts.ts';
import type { WaitEvent } from '../core/wait.ts';

/** What happened in a run, for progress, logs and library users. The engine prints nothing. */
export type RunEvent =
  | {
      readonly kind: 'run-started';
      readonly run: RunId;
      readonly resumed: boolean;
      /** What the ledger holds already: nothing of a new run. */
      readonly counts: StateCounts;
    }
  | {
      readonly kind: 'page-walked';
      readonly page: number;
      /** Items on the page. */
      readonly listed: number;
      /** Items the filter let through and that were new. */
      readonly selected: number;
      readonly selectedTotal: number;
    }
  /** The source leaves out fields that the job needs: they are read, one request a file. Once a process. */
  | { readonly kind: 'fields-read'; readonly fields: readonly UncertainField[] }
  /** Rows of a list that are no items were left out, as the job allows; some of them in words. */
  | { readonly kind: 'rows-rejected'; readonly count: number; readonly samples: readonly string[] }
  | { readonly kind: 'walk-finished'; readonly pages: number; readonly selectedTotal: number }
  | {
      readonly kind: 'items-settled';
      readonly step: number;
      readonly count: number;
      readonly counts: StateCounts;
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
  /** A step's endpoint only failed: it is left alone until the next look. */
  | {
      readonly kind: 'breaker-open';
      readonly step: string;
      readonly operation: string;
      readonly nextLookMs: number;
    }
  | { readonly kind: 'breaker-closed'; readonly step: string; readonly operation: string }
  | WaitEvent
  | { readonly kind: 'clock-skewed'; readonly offsetMs: number }
  | { readonly kind: 'stopping'; readonly why: string }
  | { readonly kind: 'run-ended'; readonly state: RunState; readonly counts: StateCounts };

/** Takes events; must not throw. */
export type RunListener = (event: RunEvent) => void;
