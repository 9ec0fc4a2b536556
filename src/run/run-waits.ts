import { type Wait, WaitReporter } from '../core/wait.ts';
import type { RunListener } from '../engine/run-events.ts';
import type { RunStop } from '../engine/run-stop.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RunContext } from './run-request.ts';

/** Id of the wait that is reported if another program has locked the ledger. */
const LEDGER_LOCK = 'ledger';
const LEDGER_LOCKED =
  'waiting for the ledger: another program (a backup, a SQLite shell) has locked it';

/** The current waits of a run. They are saved to the ledger, for `status`, as soon as the run has one. */
export class RunWaits {
  readonly #open = new Map<string, Wait>();
  #target: { readonly ledger: Ledger; readonly runStop: RunStop } | null = null;

  /**
   * Saves the waits to the ledger from now on, in place of the waits of an earlier process. Also reports when
   * the ledger is locked.
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

  /** Wraps a context so that its waits are recorded before its listener receives them. */
  watching(context: RunContext): RunContext {
    const listener: RunListener = (event) => {
      if (event.kind === 'waiting') {
        if (event.wait === null) this.#open.delete(event.id);
        else this.#open.set(event.id, event.wait);
        // A report about a locked ledger must not wait for the same lock.
        if (event.id !== LEDGER_LOCK) this.#save();
      }
      if (event.kind === 'run-ended') this.#endAll(listener);
      context.listener(event);
    };
    return { ...context, listener };
  }

  /** Reports the end of every wait that is still open. */
  #endAll(listener: RunListener): void {
    for (const id of [...this.#open.keys()]) listener({ kind: 'waiting', id, wait: null });
  }

  #save(): void {
    if (this.#target === null) return;
    const { ledger, runStop } = this.#target;
    // The run may have stopped because the disk is full or locked. Do not write waits then: answers need the
    // ledger more.
    if (runStop.reason?.kind === 'fatal') return;
    try {
      ledger.saveWaits(this.#open);
    } catch {
      // Ignore the failure: only `status` uses the waits; the run does not need them.
    }
  }
}
