import { failureOf } from '../../core/failure.ts';
import { settleTimeMs } from '../failure/after-failure.ts';
import { pollRemoteJobs } from '../send/poll-remote-jobs.ts';
import { BatchWait } from './batch-wait.ts';
import { claimWindow, type LoopState, nextDue } from './claim-window.ts';
import { IdleWatch } from './idle-watch.ts';
import { DuePolls, type PollWindow } from './poll-window.ts';
import { queuePriority } from './results-first.ts';
import { runWindow } from './run-window.ts';
import { stopFor, taskPorts, type WorkPorts } from './work-ports.ts';

/** Nothing is postponed for longer; a due time further off was set by a clock that was wrong, ms. */
const MAX_POSTPONE_MS = 30 * 60_000;
/** The service's clock may be corrected meanwhile, so due times are looked at again, ms. */
const MAX_SLEEP_MS = 60_000;
/** Windows of polls are bounded by themselves, and keep no window of starts from its place. */
const NOT_COUNTED = -1;

/**
 * Claims windows of ready items and runs them until none is left, or the halt is pulled. Later
 * steps go first, so that what was begun is finished before more is begun. Whatever ends the loop,
 * what is under way is waited for.
 */
export async function runWorkLoop(ports: WorkPorts): Promise<void> {
  const loop = new WorkLoop(ports);
  ports.halt.signal.addEventListener('abort', () => ports.wakeSignal.wake(), { once: true });
  try {
    while (ports.halt.reason === null && (await loop.startNext()));
  } catch (error) {
    stopFor(failureOf(error), ports);
  }
  const isStopping = ports.halt.reason !== null;
  if (isStopping) await ports.crash('draining');
  await loop.idle();
  if (isStopping) await ports.crash('drained');
}

class WorkLoop {
  readonly #ports: WorkPorts;
  readonly #underWay = new Map<Promise<void>, number>();
  readonly #batchWait: BatchWait;
  readonly #duePolls: DuePolls;
  readonly #idle: IdleWatch;

  constructor(ports: WorkPorts) {
    this.#ports = ports;
    this.#batchWait = new BatchWait(ports);
    this.#duePolls = new DuePolls(ports);
    this.#idle = new IdleWatch(ports);
  }

  /** Starts the next work, or waits until there is some; false if nothing is left. */
  async startNext(): Promise<boolean> {
    // Both check for room before either takes it, so that neither polls nor starts can starve.
    const polls = this.#duePolls.take();
    const window = claimWindow(this.#ports, this.#state());
    if (polls === null && window === null) return this.#waitForWork();
    this.#idle.end();
    if (window !== null) {
      await this.#ports.crash('claimed');
      this.#start(runWindow(window, this.#ports), window.step);
    }
    if (polls !== null) this.#start(runPolls(polls, this.#duePolls, this.#ports), NOT_COUNTED);
    return true;
  }

  /** Resolves once nothing is in flight. */
  async idle(): Promise<void> {
    this.#idle.end();
    await Promise.all(this.#underWay.keys());
  }

  #state(): LoopState {
    const windowsFrom = (step: number): number =>
      [...this.#underWay.values()].filter((other) => other >= step).length;
    return { batchWait: this.#batchWait, duePolls: this.#duePolls, windowsFrom };
  }

  #start(task: Promise<void>, step: number): void {
    const tracked = task.finally(() => {
      this.#underWay.delete(tracked);
      this.#ports.wakeSignal.wake();
    });
    this.#underWay.set(tracked, step);
  }

  async #waitForWork(): Promise<boolean> {
    const { clock, isWalking, wakeSignal, serverNow } = this.#ports;
    const due = nextDue(this.#ports, this.#state());
    if (due === null) {
      if (this.#underWay.size === 0 && !isWalking()) return false;
      await wakeSignal.wait();
      return true;
    }
    if (this.#underWay.size === 0 && !isWalking()) this.#idle.waitsUntil(due);
    const wait = Math.max(0, due - serverNow());
    if (wait > MAX_POSTPONE_MS) forgetPostponements(this.#ports);
    const waiting = new AbortController();
    const timer = clock
      .sleep(Math.min(wait, MAX_SLEEP_MS), waiting.signal)
      .then(() => wakeSignal.wake())
      .catch(() => undefined);
    await wakeSignal.wait();
    waiting.abort();
    await timer;
    return true;
  }
}

async function runPolls(window: PollWindow, due: DuePolls, ports: WorkPorts): Promise<void> {
  const may = taskPorts(window.operation, queuePriority(ports, window.step, window.what), ports);
  try {
    const halt = await pollRemoteJobs(window, may, (job) => due.settled(job));
    if (halt !== null) stopFor(halt, ports);
  } catch (error) {
    stopFor(failureOf(error), ports);
  }
}

/**
 * Makes items due now whose due time is too far away for any of our delays: a wrong clock set it. Sent items
 * get a new settle time, because the real time of their send is unknown.
 */
function forgetPostponements({ ledger, serverNow, steps, policy }: WorkPorts): void {
  const now = serverNow();
  const settle = Math.max(...steps.map(({ operation }) => settleTimeMs(operation.doubt, policy)));
  const times = { now, limit: now + MAX_POSTPONE_MS, settled: now + settle };
  ledger.transaction(() => ledger.items.dueNow(times));
}
