import { canceled } from '../core/failure.ts';
import type { StopReason } from './stop-reason.ts';

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
