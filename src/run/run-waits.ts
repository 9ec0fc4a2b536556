import { type Wait, WaitReporter } from '../core/wait.ts';
import type { RunListener } from '../engine/run-events.ts';
import type { RunStop } from '../engine/run-stop.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RunContext } from './run-request.ts';

/** Id of the wait for a ledger that another program has locked. */
const LEDGER_LOCK = 'ledger';
const LEDGER_LOCKED =
  'waiting for the ledger: another program (a backup, a SQLite shell) has locked it';

/** The current waits of a run. Saved to the ledger for `status` as soon as there is one. */
export class RunWaits {
  readonly #open = new Map<string, Wait>();
  #target: { readonly ledger: Ledger; readonly runStop: RunStop } | null = null;

  /**
   * Saves the waits to the ledger from now on, and reports when the ledger is locked. Replaces the
   * waits of an earlier process.
   */
  saveTo(ledger: Ledger, runStop: RunStop, { world, listener }: RunContext): void {
    this.#target = { ledger, runStop };
    const lock = new WaitReporter(LEDGER_LOCK, world.clock, listener);
    ledger.writeLock.watch((isLocked) => {
      if (isLocked) lock.begin(null, { kind: 'lock', reason: LEDGER_LOCKED });
      else lock.end();
    });
    this.#save();
  }

  /** Wraps a context: its waits are recorded here before its listener receives them. */
  watching(context: RunContext): RunContext {
    const listener: RunListener = (event) => {
      if (event.kind === 'waiting') {
        if (event.wait === null) this.#open.delete(event.id);
        else this.#open.set(event.id, event.wait);
        // A report about a locked ledger must not wait for that lock itself.
        if (event.id !== LEDGER_LOCK) this.#save();
      }
      if (event.kind === 'run-ended') this.#endAll(listener);
      context.listener(event);
    };
    return { ...context, listener };
  }

  /** Ends all waits, even if their end was not reported. */
  #endAll(listener: RunListener): void {
    for (const id of [...this.#open.keys()]) listener({ kind: 'waiting', id, wait: null });
  }

  #save(): void {
    if (this.#target === null) return;
    const { ledger, runStop } = this.#target;
    // A full or locked disk may be the reason of the stop: leave the ledger to the answers.
    if (runStop.reason?.kind === 'fatal') return;
    try {
      ledger.saveWaits(this.#open);
    } catch {
      // `status` shows less; the run itself does not need the waits.
    }
  }
}
