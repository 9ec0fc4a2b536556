import type { CanaryReport } from '../core/canary.ts';
import { type ClassifiedError, canceled } from '../core/failure.ts';

/**
 * Stops a run. The run then sends no new requests and claims no new items, but waits for the requests in
 * flight. If there are several reasons to stop, the first one counts, except that a stop by a person replaces the end
 * of a window: nobody then continues the run when the window opens.
 */
export class RunStop {
  readonly #controller = new AbortController();
  #reason: StopReason | null = null;

  /** Aborts when the run stops. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The first reason; null while the run continues. */
  get reason(): StopReason | null {
    return this.#reason;
  }

  /** Stops the run. */
  stop(reason: StopReason): void {
    if (this.#reason?.kind === 'window' && reason.kind === 'user') this.#reason = reason;
    if (this.#reason !== null) return;
    this.#reason = reason;
    this.#controller.abort(canceled());
  }
}

/** Why a run stopped before every item had its outcome. */
export type StopReason =
  | { readonly kind: 'fatal'; readonly failure: ClassifiedError }
  | {
      readonly kind: 'guard';
      readonly message: string;
      /** Present if nobody answered the question about deletes and payments. */
      readonly waitsForAnswer?: true;
    }
  /** A person answered the run's question with no. The run can't be resumed. */
  | { readonly kind: 'declined'; readonly message: string }
  | {
      readonly kind: 'budget';
      readonly message: string;
      /**
       * Present if all processes of the run share this budget. A resume would stop at once, so the user must
       * raise the budget first.
       */
      readonly mustBeRaised?: true;
    }
  | { readonly kind: 'duration'; readonly message: string }
  /** The window of the job has closed. It opens again at `until`, ms since 1970. */
  | { readonly kind: 'window'; readonly message: string; readonly until: number }
  /** The canary is complete, and nobody has answered whether to continue. */
  | { readonly kind: 'canary'; readonly message: string; readonly report: CanaryReport }
  /**
   * `by` names what stopped the run, such as the signal SIGTERM. It is null or absent if a person at the
   * terminal stopped it.
   */
  | { readonly kind: 'user'; readonly by?: string | null };

/** True if a run stopped because nobody answered its question. `ucbulk resume RUN --yes` then answers it. */
export function waitsForAnswer(stop: StopReason | null): boolean {
  return stop?.kind === 'canary' || (stop?.kind === 'guard' && stop.waitsForAnswer === true);
}

/** The reason as text, for the ledger and the summary. */
export function describeStop(reason: StopReason): string {
  switch (reason.kind) {
    case 'fatal':
      return reason.failure.message;
    case 'guard':
    case 'declined':
    case 'budget':
    case 'duration':
    case 'window':
    case 'canary':
      return reason.message;
    case 'user':
      return `Stopped by ${reason.by ?? 'the user'}`;
  }
}
