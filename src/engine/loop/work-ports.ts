import type { ClassifiedError } from '../../core/failure.ts';
import type { Clock, CrashHook, Random } from '../../core/world.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Operation } from '../../operations/operation.ts';
import type { RunListener } from '../run-events.ts';
import type { Halt } from '../run-stop.ts';
import type { JobDurations } from '../service-state/job-durations.ts';
import type { OutageWatch } from '../service-state/outage-watch.ts';
import type { ResultsFirst } from '../settings.ts';
import type { EngineStep } from '../tasks/step-items.ts';
import type { AttemptPolicy, Journal, TaskPorts } from '../tasks/task.ts';
import type { PageRecheck } from '../walk/recheck-pages.ts';
import type { WakeSignal } from './wake-signal.ts';
import type { WorkQueue } from './work-queue.ts';

/** Dependencies of the loop. */
export interface WorkPorts {
  readonly ledger: Ledger;
  readonly steps: readonly EngineStep[];
  readonly journal: Journal;
  readonly queue: WorkQueue;
  readonly recheck: PageRecheck;
  readonly policy: AttemptPolicy;
  readonly resultsFirst: ResultsFirst;
  readonly outage: OutageWatch;
  readonly durations: JobDurations;
  readonly clock: Clock;
  readonly serverNow: () => number;
  readonly isClockUntrusted: () => boolean;
  /** The reason why the clocks forbid deletes now; null if they allow them. */
  readonly clocksFault: () => ClassifiedError | null;
  readonly random: Random;
  readonly crash: CrashHook;
  readonly halt: Halt;
  readonly listener: RunListener;
  /** Runs `claim` while no other run claims paid work. `claim` must not wait. */
  readonly inTurn: <Result>(claim: () => Result) => Promise<Result>;
  readonly abort: AbortSignal;
  /** Wakes when items become ready: a page was listed, a task ended, the run stops. */
  readonly wakeSignal: WakeSignal;
  /** True while more items may still come from the source. */
  readonly isWalking: () => boolean;
}

/** Dependencies of a task of a step. Its requests wait in the order of `priority`, highest first. */
export function taskPorts(operation: Operation, priority: number, ports: WorkPorts): TaskPorts {
  return {
    operation,
    journal: ports.journal,
    slot: (work) => ports.queue.run(work, priority),
    serverNow: ports.serverNow,
    isClockUntrusted: ports.isClockUntrusted,
    random: ports.random,
    policy: ports.policy,
    outage: ports.outage,
    durations: ports.durations,
    clocksFault: () => (operation.destructive ? ports.clocksFault() : null),
    isFresh: (items) => !operation.destructive || ports.recheck.isFresh(items),
    brake: (failure) => stopFor(failure, ports),
    drain: ports.halt.signal,
    abort: ports.abort,
  };
}

/** Stops the run for a failure that every item would meet. */
export function stopFor(failure: ClassifiedError, { halt }: Pick<WorkPorts, 'halt'>): void {
  if (failure.kind === 'canceled' && halt.reason !== null) return;
  halt.stop({ kind: 'fatal', failure });
}
