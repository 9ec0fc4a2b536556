import type { Ledger } from '../../ledger/ledger.ts';
import type { Operation } from '../../operations/operation.ts';
import type { PollTask } from '../send/poll-remote-jobs.ts';
import type { ResultsFirst } from '../settings.ts';
import { type EngineStep, madeFile } from '../tasks/step-items.ts';
import type { OpenRemoteJob } from '../tasks/task.ts';
import { queuePriority } from './results-first.ts';
import type { WorkQueue } from './work-queue.ts';

/** What is needed to find what is to be asked about. */
export interface PollPorts {
  readonly ledger: Ledger;
  readonly steps: readonly EngineStep[];
  readonly serverNow: () => number;
  readonly queue: Pick<WorkQueue, 'hasRoom'>;
  readonly resultsFirst: ResultsFirst;
}

/**
 * Remote jobs open at once. Each costs a row of the ledger and no memory, and as many polls whether
 * others are open or not; but tokens do not live for ever, so not all of a large run at once.
 */
const MAX_OPEN_JOBS = 10_000;
/** Questions under way or queued at once. */
const MAX_POLLS = 200;
/** A job that was seen at work for longer is not asked about before others are started, ms. */
const LATE_AFTER_MS = 3_600_000;
/** Jobs asked about in one window. */
const WINDOW_SIZE = 100;

/** More open jobs than this are more tokens that may be forgotten. */
export function hasEnoughOpen(
  { ledger, steps }: Pick<PollPorts, 'ledger' | 'steps'>,
  step: number,
): boolean {
  if (steps[step]?.operation.shape !== 'remote') return false;
  return (ledger.items.countsByStep().get(step)?.waiting ?? 0) >= MAX_OPEN_JOBS;
}

/** How soon a poll leaves; see `queuePriority`. */
type PollUrgency = 'poll' | 'late-poll';

/** A window of due polls. */
export interface PollWindow extends PollTask {
  readonly operation: Operation;
  readonly what: PollUrgency;
}

/**
 * Which remote jobs are due, and which are being asked about. Nothing is written to take a job: it
 * stays waiting and due, so a death in mid-poll only has it asked about again.
 */
export class DuePolls {
  readonly #ports: PollPorts;
  readonly #remoteSteps: readonly number[];
  readonly #underWay = new Set<number>();
  /** Server time of the last look: what was due then is under way. */
  #lookedAt = 0;

  constructor(ports: PollPorts) {
    this.#ports = ports;
    this.#remoteSteps = [...ports.steps.keys()].filter(
      (step) => ports.steps[step]?.operation.shape === 'remote',
    );
  }

  /** Takes the jobs of one step that are due; null where none is, or enough are under way. */
  take(): PollWindow | null {
    const room = Math.min(WINDOW_SIZE, MAX_POLLS - this.#underWay.size);
    if (room <= 0) return null;
    this.#lookedAt = this.#ports.serverNow();
    for (const step of this.#remoteSteps) {
      if (!this.#hasRoom(step, 'poll')) continue;
      const window = this.#windowOf(step, room);
      if (window !== null) return window;
    }
    return null;
  }

  /** A job that was taken has been asked about. */
  settled({ item }: OpenRemoteJob): void {
    this.#underWay.delete(item.seq);
  }

  /** When the next job that is not under way is due, server time; null where none is, or there is no room. */
  nextDue(): number | null {
    if (this.#underWay.size >= MAX_POLLS) return null;
    const { items } = this.#ports.ledger;
    const dues = this.#remoteSteps.map((step) =>
      this.#hasRoom(step, 'poll') ? items.nextWaiting(step, this.#lookedAt) : null,
    );
    return earliest(dues);
  }

  #hasRoom(step: number, what: PollUrgency): boolean {
    return this.#ports.queue.hasRoom(queuePriority(this.#ports, step, what));
  }

  #windowOf(step: number, room: number): PollWindow | null {
    const { ledger, steps } = this.#ports;
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
    // One that nobody had time to ask about may have ended long ago, and its result expires.
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

/** The earliest of some times; null where there is none. */
export function earliest(times: readonly (number | null)[]): number | null {
  const known = times.filter((at) => at !== null);
  return known.length === 0 ? null : Math.min(...known);
}
