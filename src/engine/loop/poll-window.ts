import type { Operation } from '../../operations/operation.ts';
import type { PollTask } from '../send/poll-remote-jobs.ts';
import { madeFile } from '../tasks/step-items.ts';
import type { OpenRemoteJob } from '../tasks/task.ts';
import { queuePriority } from './results-first.ts';
import type { WorkDependencies } from './work-dependencies.ts';
import type { WorkQueue } from './work-queue.ts';

type Dependencies = Pick<WorkDependencies, 'ledger' | 'resultsFirst' | 'serverNow' | 'steps'> & {
  readonly queue: Pick<WorkQueue, 'hasRoom'>;
};

/**
 * Maximum number of remote jobs that run at the same time. The limit protects the tokens of jobs: they
 * expire, so a large run must not start all of its jobs at once. Memory needs no limit, because a running job
 * is only a row in the ledger.
 */
const MAX_OPEN_JOBS = 10_000;
/** Maximum number of polls that are in flight or in the queue. */
const MAX_POLLS = 200;
/**
 * Age of a late job, ms. If a poll found a job still running at a higher age, later polls of this job have no
 * priority over the start of new jobs.
 */
const LATE_AFTER_MS = 3_600_000;
/** Maximum number of jobs that are taken at once. */
const WINDOW_SIZE = 100;

/** True if no more jobs may be started, because their tokens might expire before they are polled. */
export function hasEnoughOpen(
  { ledger, steps }: Pick<Dependencies, 'ledger' | 'steps'>,
  step: number,
): boolean {
  if (steps[step]?.operation.shape !== 'remote') return false;
  return (ledger.items.countsByStep().get(step)?.waiting ?? 0) >= MAX_OPEN_JOBS;
}

type PollUrgency = 'poll' | 'late-poll';

/** Remote jobs of one step that must be polled now. */
export interface PollWindow extends PollTask {
  readonly operation: Operation;
  readonly what: PollUrgency;
}

/**
 * Finds remote jobs whose next poll is due, and remembers in memory which of them are being polled. The
 * ledger does not change, so the jobs stay due there. If the process dies during a poll, the next process
 * polls the job again.
 */
export class DuePolls {
  readonly #deps: Dependencies;
  readonly #remoteSteps: readonly number[];
  readonly #underWay = new Set<number>();
  /**
   * Server time of the last search, ms. The search took all jobs that were due then, so `nextDue` ignores
   * them.
   */
  #lookedAt = 0;

  constructor(deps: Dependencies) {
    this.#deps = deps;
    this.#remoteSteps = [...deps.steps.keys()].filter(
      (step) => deps.steps[step]?.operation.shape === 'remote',
    );
  }

  /** Takes the due jobs of one step. Returns null if no job is due, or if no more polls may start now. */
  take(): PollWindow | null {
    const room = Math.min(WINDOW_SIZE, MAX_POLLS - this.#underWay.size);
    if (room <= 0) return null;
    this.#lookedAt = this.#deps.serverNow();
    for (const step of this.#remoteSteps) {
      if (!this.#hasRoom(step, 'poll')) continue;
      const window = this.#windowOf(step, room);
      if (window !== null) return window;
    }
    return null;
  }

  /** Records that a taken job was polled. */
  settled({ item }: OpenRemoteJob): void {
    this.#underWay.delete(item.seq);
  }

  /**
   * The time when the next job is due, server time, ms. Null if there is no job, or if no more polls may
   * start.
   */
  nextDue(): number | null {
    if (this.#underWay.size >= MAX_POLLS) return null;
    const { due } = this.#deps.ledger;
    const dues = this.#remoteSteps.map((step) =>
      this.#hasRoom(step, 'poll') ? due.nextWaiting(step, this.#lookedAt) : null,
    );
    return earliest(dues);
  }

  #hasRoom(step: number, what: PollUrgency): boolean {
    return this.#deps.queue.hasRoom(queuePriority(this.#deps, step, what));
  }

  #windowOf(step: number, room: number): PollWindow | null {
    const { ledger, steps } = this.#deps;
    const found = steps[step];
    if (found === undefined) return null;
    const limit = room + this.#underWay.size;
    const due = ledger.items
      .dueWaiting(step, { now: this.#lookedAt, limit })
      .filter(({ seq }) => !this.#underWay.has(seq));
    const jobs = due.slice(0, room).map((item): OpenRemoteJob => {
      const file = madeFile(found.fileFrom, (at) => ledger.outcomes.resultOf(item.seq, at));
      return { ...ledger.remoteJobs.get(item.seq), item: { ...item, file } };
    });
    // A job is late if a poll found it running at a high age. The age alone is not enough: if all polls of a
    // job failed for a long time, the job may have ended long ago. Its result may then expire soon, so its
    // polls keep their priority.
    const isLate = ({ startedAt, runningAt }: OpenRemoteJob) =>
      runningAt !== null && runningAt - startedAt > LATE_AFTER_MS;
    const early = jobs.filter((job) => !isLate(job));
    const what = early.length > 0 ? 'poll' : 'late-poll';
    const taken = what === 'poll' ? early : jobs;
    if (taken.length === 0 || !this.#hasRoom(step, what)) return null;
    for (const { item } of taken) this.#underWay.add(item.seq);
    return { step, operation: found.operation, what, jobs: taken };
  }
}

/** The earliest of the times that are not null; null if there is none. */
export function earliest(times: readonly (number | null)[]): number | null {
  const known = times.filter((at) => at !== null);
  return known.length === 0 ? null : Math.min(...known);
}
