import { toFailure } from '../../core/failure.ts';
import { settleTimeMs } from '../failure/lost-answer.ts';
import { pollRemoteJobs } from '../send/poll-remote-jobs.ts';
import { type LateAnswer, settleLate } from '../send/settle-late.ts';
import { BatchWait } from './batch-wait.ts';
import { IdleWatch } from './idle-watch.ts';
import { DuePolls, type PollWindow } from './poll-window.ts';
import { queuePriority } from './results-first.ts';
import { claimWindow, type LoopState, nextDue, runWindow } from './window.ts';
import { stopForFailure, taskDependencies, type WorkDependencies } from './work-dependencies.ts';

/**
 * The longest delay that ucbulk ever sets for an item, ms. If the due time of an item is further in the
 * future, ucbulk set it while the clock was wrong.
 */
const MAX_POSTPONE_MS = 30 * 60_000;
/**
 * Longest sleep before the loop reads the due times again, ms. During the sleep, an answer of the service may
 * correct the clock, which changes the time until an item is due.
 */
const MAX_SLEEP_MS = 60_000;
/**
 * Takes the place of a step number for polls in progress. Polls have their own limit, so they must not count
 * as work of a step.
 */
const NOT_COUNTED = -1;

/**
 * Claims ready items in groups and runs them, until no item is left or the run stops. Later steps come first,
 * so that ucbulk finishes items before it starts new ones. Waits for all work in flight before it returns or
 * throws.
 */
export async function runWorkLoop(deps: WorkDependencies): Promise<void> {
  const loop = new WorkLoop(deps);
  deps.runStop.signal.addEventListener('abort', () => deps.wakeSignal.wake(), { once: true });
  const refuseLate = deps.receiveLate?.((late) => loop.settleLate(late));
  try {
    while (deps.runStop.reason === null && (await loop.startNext()));
  } catch (error) {
    stopForFailure(toFailure(error), deps);
  }
  refuseLate?.();
  const isStopping = deps.runStop.reason !== null;
  if (isStopping) await deps.crash('draining');
  await loop.idle();
  if (isStopping) await deps.crash('drained');
}

class WorkLoop {
  readonly #deps: WorkDependencies;
  readonly #underWay = new Map<Promise<void>, number>();
  readonly #batchWait: BatchWait;
  readonly #duePolls: DuePolls;
  readonly #idle: IdleWatch;

  constructor(deps: WorkDependencies) {
    this.#deps = deps;
    this.#batchWait = new BatchWait(deps);
    this.#duePolls = new DuePolls(deps);
    this.#idle = new IdleWatch(deps);
  }

  /** Starts the next work, or waits until some is ready. Returns false if no work is left. */
  async startNext(): Promise<boolean> {
    // The loop takes polls and new items before it starts either of them. Otherwise, one kind could fill the
    // queue again and again and block the other for ever.
    const polls = this.#duePolls.take();
    const window = claimWindow(this.#deps, this.#state());
    if (polls === null && window === null) return this.#waitForWork();
    this.#idle.end();
    if (window !== null) {
      await this.#deps.crash('claimed');
      this.#start(runWindow(window, this.#deps), window.step);
    }
    if (polls !== null) this.#start(runPolls(polls, this.#duePolls, this.#deps), NOT_COUNTED);
    return true;
  }

  /** Settles items in doubt by an answer that has come late. The loop does not end before. */
  settleLate(late: LateAnswer): Promise<void> {
    const { step } = late;
    const operation = this.#deps.steps[step]?.operation;
    if (operation === undefined) return Promise.resolve();
    const settled = settleLate(
      late,
      taskDependencies(operation, queuePriority(this.#deps, step), this.#deps),
    );
    this.#start(settled, NOT_COUNTED);
    return settled;
  }

  /** Resolves when nothing is in flight. */
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
      this.#deps.wakeSignal.wake();
    });
    this.#underWay.set(tracked, step);
  }

  async #waitForWork(): Promise<boolean> {
    const { clock, isWalking, wakeSignal, serverNow } = this.#deps;
    const due = nextDue(this.#deps, this.#state());
    if (due === null) {
      if (this.#underWay.size === 0 && !isWalking()) return false;
      await wakeSignal.wait();
      return true;
    }
    if (this.#underWay.size === 0 && !isWalking()) this.#idle.waitsUntil(due);
    const wait = Math.max(0, due - serverNow());
    if (wait > MAX_POSTPONE_MS) forgetPostponements(this.#deps);
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

async function runPolls(window: PollWindow, due: DuePolls, deps: WorkDependencies): Promise<void> {
  const may = taskDependencies(
    window.operation,
    queuePriority(deps, window.step, window.what),
    deps,
  );
  try {
    const fatal = await pollRemoteJobs(window, may, (job) => due.settled(job));
    if (fatal !== null) stopForFailure(fatal, deps);
  } catch (error) {
    stopForFailure(toFailure(error), deps);
  }
}

/**
 * Corrects due times that were set while the clock was wrong: those that are further away than any delay that
 * ucbulk sets. Makes such items due now. If an item was sent, the true time of the send is unknown. So the
 * wait for its effect starts again.
 */
function forgetPostponements({ ledger, serverNow, steps, policy }: WorkDependencies): void {
  const now = serverNow();
  const settle = Math.max(...steps.map(({ operation }) => settleTimeMs(operation.doubt, policy)));
  const times = { now, limit: now + MAX_POSTPONE_MS, settled: now + settle };
  ledger.transaction(() => ledger.due.dueNow(times));
}
