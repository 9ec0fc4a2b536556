import { type ClassifiedError, canceled } from '../core/failure.ts';

/**
 * The brake of a run. Once pulled, no new request leaves and no new item is claimed; what is on
 * its way is waited for. The first reason wins.
 */
export class Halt {
  readonly #drain = new AbortController();
  #reason: StopReason | null = null;

  /** Aborts when the brake is pulled. */
  get signal(): AbortSignal {
    return this.#drain.signal;
  }

  /** Why; null while the run goes on. */
  get reason(): StopReason | null {
    return this.#reason;
  }

  /** Pulls the brake. */
  stop(reason: StopReason): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    this.#drain.abort(canceled());
  }
}

/** Why a run stopped before every item had its outcome. */
export type StopReason =
  | { readonly kind: 'fatal'; readonly failure: ClassifiedError }
  | { readonly kind: 'guard'; readonly message: string }
  /** Somebody answered no: the run is not resumed. */
  | { readonly kind: 'declined'; readonly message: string }
  | {
      readonly kind: 'budget';
      readonly message: string;
      /** True where it holds for the whole run: another process could do no more. */
      readonly mustBeRaised?: true;
    }
  | { readonly kind: 'duration'; readonly message: string }
  /** `by`: what stopped it where no person at the terminal did, such as SIGTERM. */
  | { readonly kind: 'user'; readonly by?: string | null };

/** The reason in words, for the ledger and the summary. */
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
