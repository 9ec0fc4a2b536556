import type { ClassifiedError } from '../../core/failure.ts';
import type { StateCounts } from '../../core/state-counts.ts';
import type { Operation } from '../../operations/operation.ts';
import type { RunDependencies } from '../run-dependencies.ts';
import type { JobDurations } from '../service-state/job-durations.ts';
import type { OutageWatch } from '../service-state/outage-watch.ts';
import type { ResultsFirst } from '../settings.ts';
import type { AttemptPolicy, Journal, TaskDependencies } from '../tasks/task.ts';
import type { PageRecheck } from '../walk/recheck-pages.ts';
import type { WakeSignal } from './wake-signal.ts';
import type { WorkQueue } from './work-queue.ts';

type Shared =
  | 'abort'
  | 'answerTimes'
  | 'clock'
  | 'clocksFault'
  | 'crash'
  | 'hooks'
  | 'inTurn'
  | 'isClockUntrusted'
  | 'ledger'
  | 'listener'
  | 'random'
  | 'receiveLate'
  | 'runStop'
  | 'serverNow'
  | 'steps';

/** Dependencies of the loop. */
export interface WorkDependencies extends Pick<RunDependencies, Shared> {
  readonly journal: Journal;
  readonly queue: WorkQueue;
  readonly recheck: PageRecheck;
  readonly policy: AttemptPolicy;
  readonly resultsFirst: ResultsFirst;
  readonly outage: OutageWatch;
  readonly durations: JobDurations;
  /** Wakes the loop when items may be ready: a page was listed, a task ended, or the run stops. */
  readonly wakeSignal: WakeSignal;
  /** True while the source is still being read, so that more items may come. */
  readonly isWalking: () => boolean;
}

/** The dependencies of a task of a step. The queue starts requests with a higher `priority` first. */
export function taskDependencies(
  operation: Operation,
  priority: number,
  deps: WorkDependencies,
): TaskDependencies {
  return {
    operation,
    journal: deps.journal,
    hooks: deps.hooks,
    slot: (work) => deps.queue.run(work, priority),
    serverNow: deps.serverNow,
    isClockUntrusted: deps.isClockUntrusted,
    random: deps.random,
    policy: deps.policy,
    outage: deps.outage,
    durations: deps.durations,
    clock: deps.clock,
    answerTimes: deps.answerTimes,
    isLastItem: () => !deps.isWalking() && countOpen(deps.ledger.items.counts()) <= 1,
    clocksFault: () => (operation.destructive ? deps.clocksFault() : null),
    isFresh: (items) => !operation.destructive || deps.recheck.isFresh(items),
    stopRun: (failure) => stopForFailure(failure, deps),
    stopSignal: deps.runStop.signal,
    abort: deps.abort,
  };
}

function countOpen({ pending, running, waiting }: StateCounts): number {
  return pending + running + waiting;
}

/** Stops the run for a failure that would also hit every other item. */
export function stopForFailure(
  failure: ClassifiedError,
  { runStop }: Pick<WorkDependencies, 'runStop'>,
): void {
  if (failure.kind === 'canceled' && runStop.reason !== null) return;
  runStop.stop({ kind: 'fatal', failure });
}
