import { type ClassifiedError, canceled } from '../core/failure.ts';

/**
 * Stops a run: sends no new request and claims no new item, but lets requests in flight finish. The first
 * reason wins.
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
    if (this.#reason !== null) return;
    this.#reason = reason;
    this.#controller.abort(canceled());
  }
}

/** Why a run stopped before every item had its outcome. */
export type StopReason =
  | { readonly kind: 'fatal'; readonly failure: ClassifiedError }
  | { readonly kind: 'guard'; readonly message: string }
  /** A person declined the run. It can't be resumed. */
  | { readonly kind: 'declined'; readonly message: string }
  | {
      readonly kind: 'budget';
      readonly message: string;
      /** Present if the budget covers the whole run, so that a resume must first raise it. */
      readonly mustBeRaised?: true;
    }
  | { readonly kind: 'duration'; readonly message: string }
  /** `by`: the signal, such as SIGTERM, if no person at the terminal stopped it. */
  | { readonly kind: 'user'; readonly by?: string | null };

/** The reason as text, for the ledger and the summary. */
export function describeStop(reason: StopReason): string {
  switch (reason.kind) {
    case 'fatal':
      return reason.failure.message;
    case 'guard':
    case 'declined':
    case 'budget':
    case 'duration':
      return reason.message;
    case 'user':
      return `Stopped by ${reason.by ?? 'the user'}`;
  }
}
