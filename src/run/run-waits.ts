import { describeWorkers } from '../core/connected-worker.ts';
import { formatCounted } from '../core/counted.ts';
import { formatDuration } from '../core/duration.ts';
import { type Wait, WaitReporter } from '../core/wait.ts';
import type { RunEvent, RunListener } from '../engine/run-events.ts';
import { describeStop, type RunStop } from '../engine/run-stop.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RunContext } from './run-request.ts';

/** Id of the wait for a ledger that another program has locked. */
const LEDGER_LOCK = 'ledger';
const LEDGER_LOCKED =
  'waiting for the ledger: another program (a backup, a SQLite shell) has locked it';

/**
 * The current waits of a run. As soon as the run has a ledger, they are saved there, so that `status` can
 * show them.
 */
export class RunWaits {
  readonly #open = new Map<string, Wait>();
  #target: { readonly ledger: Ledger; readonly runStop: RunStop } | null = null;

  /**
   * Saves the waits to the ledger from now on, and removes those of an earlier process. Also reports a wait
   * when another program has locked the ledger.
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

  /** Wraps a context so that the waits are remembered before the listener receives them. */
  watching(context: RunContext): RunContext {
    const listener: RunListener = (event) => {
      if (event.kind === 'waiting') {
        if (event.wait === null) this.#noteContinued(event.id, context.world.clock.now());
        if (event.wait === null) this.#open.delete(event.id);
        else this.#open.set(event.id, event.wait);
      }
      if (event.kind === 'run-ended') this.#endAll(listener);
      this.#note(event, context.world.clock.now());
      if (isSaved(event)) this.#save();
      context.listener(event);
    };
    return { ...context, listener };
  }

  /** Notes an event that a person may look for later. */
  #note(event: RunEvent, at: number): void {
    const reason = this.#target?.runStop.reason ?? null;
    const text = noteText(event, reason === null ? null : describeStop(reason));
    if (text !== null) this.#target?.ledger.activity.note({ at, kind: event.kind, text });
  }

  /** Notes that somebody continued a paused run. */
  #noteContinued(id: string, at: number): void {
    const wait = this.#open.get(id);
    if (wait?.kind !== 'paused') return;
    const text = `The pause ended after ${formatDuration(at - wait.since)}`;
    this.#target?.ledger.activity.note({ at, kind: 'continued', text });
  }

  /** Reports the end of every wait that is still open. */
  #endAll(listener: RunListener): void {
    for (const id of [...this.#open.keys()]) listener({ kind: 'waiting', id, wait: null });
  }

  #save(): void {
    if (this.#target === null) return;
    const { ledger, runStop } = this.#target;
    // If the disk is full or the ledger is locked, the run stops with a fatal reason. Only answers of the
    // service may then be written.
    if (runStop.reason?.kind === 'fatal') return;
    try {
      // They may be lost in a power cut.
      ledger.unsynced(() => ledger.activity.setWaits(this.#open));
    } catch {
      // Ignore the failure. The ledger has the waits only for the command `ucbulk status`.
    }
  }
}

/** True if the ledger must have the event at once, also if the process is killed a moment later. */
function isSaved(event: RunEvent): boolean {
  // While another program has locked the ledger, the wait for this lock can't be written to the ledger.
  return event.kind === 'run-started' || (event.kind === 'waiting' && event.id !== LEDGER_LOCK);
}

/** `reason`: why the run stopped. Describes an event for the table `events` of the ledger; null if it happens too often to be of interest. */
function noteText(event: RunEvent, reason: string | null): string | null {
  switch (event.kind) {
    case 'run-started':
      return event.resumed ? 'The run was resumed' : 'The run started';
    case 'walk-finished':
      return `The listing is complete: ${formatCounted(event.selectedTotal, 'item')}`;
    case 'waiting':
      return event.wait?.reason ?? null;
    case 'rows-rejected':
      return `${formatCounted(event.count, 'bad row')} of the list left out`;
    case 'canary-complete':
      return `The canary of ${formatCounted(event.report.items, 'item')} is complete`;
    case 'breaker-open':
      return `${event.operation} keeps failing and is paused`;
    case 'breaker-closed':
      return `${event.operation} answers again`;
    case 'stopping':
      return event.why;
    case 'run-ended':
      return event.state === 'finished' || reason === null
        ? `The process ended: ${event.state}`
        : `The process ended: ${event.state}. ${reason}`;
    case 'limits-changed':
      return event.why;
    case 'workers-changed':
      return describeWorkers(event.workers);
    default:
      return null;
  }
}
