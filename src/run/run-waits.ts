import { type Wait, WaitReporter } from '../core/wait.ts';
import type { RunListener } from '../engine/run-events.ts';
import type { Halt } from '../engine/run-stop.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RunContext } from './run-request.ts';

/** Id of the wait for a ledger that another program has locked. */
const LEDGER_LOCK = 'ledger';
const LEDGER_LOCKED =
  'waiting for the ledger: another program (a backup, a SQLite shell) has locked it';

/** What a run waits for now, and the ledger that keeps it for `status` once there is one. */
export class RunWaits {
  readonly #open = new Map<string, Wait>();
  #keeper: { readonly ledger: Ledger; readonly halt: Halt } | null = null;

  /**
   * Keeps the waits in the ledger from now on, and reports when that is locked. Those of an earlier
   * process are over.
   */
  keepIn(ledger: Ledger, halt: Halt, { world, listener }: RunContext): void {
    this.#keeper = { ledger, halt };
    const lock = new WaitReporter(LEDGER_LOCK, world.clock, listener);
    ledger.writeLock.watch((isLocked) => {
      if (isLocked) lock.begin(null, { kind: 'lock', reason: LEDGER_LOCKED });
      else lock.end();
    });
    this.#keep();
  }

  /** The same context; its waits are noted here before its listener gets them. */
  watching(context: RunContext): RunContext {
    const listener: RunListener = (event) => {
      if (event.kind === 'waiting') {
        if (event.wait === null) this.#open.delete(event.id);
        else this.#open.set(event.id, event.wait);
        // What tells of a locked ledger must not wait for that lock itself.
        if (event.id !== LEDGER_LOCK) this.#keep();
      }
      if (event.kind === 'run-ended') this.#endAll(listener);
      context.listener(event);
    };
    return { ...context, listener };
  }

  /** Nothing waits any more, also where nobody said so. */
  #endAll(listener: RunListener): void {
    for (const id of [...this.#open.keys()]) listener({ kind: 'waiting', id, wait: null });
  }

  #keep(): void {
    if (this.#keeper === null) return;
    const { ledger, halt } = this.#keeper;
    // A full or locked disk may be what stops the run: its answers need the ledger more.
    if (halt.reason?.kind === 'fatal') return;
    try {
      ledger.saveWaits(this.#open);
    } catch {
      // `status` shows less; the run itself needs none of it.
    }
  }
}
