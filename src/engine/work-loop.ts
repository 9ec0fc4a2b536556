import { type ClassifiedError, failureOf } from '../core/failure.ts';
import type { Item } from '../core/item.ts';
import type { Clock, CrashHook, Random } from '../core/world.ts';
import type { ClaimedItem } from '../ledger/item-table.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Operation } from '../operations/operation.ts';
import { executeTask } from './execute-task.ts';
import { Gathering } from './gathering.ts';
import type { Halt } from './halt.ts';
import type { OutageWatch } from './outage-watch.ts';
import { pollRemoteJobs } from './poll-remote-jobs.ts';
import { claimPolls, hasEnoughOpen, type PollWindow } from './poll-window.ts';
import type { Pulse } from './pulse.ts';
import type { PageRecheck } from './recheck-pages.ts';
import { settleAll } from './settle-all.ts';
import { type EngineStep, lookAtItems } from './step-items.ts';
import type { AttemptPolicy, Journal, TaskPorts } from './task.ts';
import type { WorkQueue } from './work-queue.ts';

/** What the loop needs. */
export interface WorkPorts {
  readonly ledger: Ledger;
  readonly steps: readonly EngineStep[];
  readonly journal: Journal;
  readonly queue: WorkQueue;
  readonly recheck: PageRecheck;
  readonly policy: AttemptPolicy;
  readonly outage: OutageWatch;
  readonly clock: Clock;
  readonly serverNow: () => number;
  readonly random: Random;
  readonly crash: CrashHook;
  readonly halt: Halt;
  readonly abort: AbortSignal;
  /** Beats when items became ready: a page was walked, a task ended, the run is to stop. */
  readonly pulse: Pulse;
  /** True while more items may still come from the source. */
  readonly isWalking: () => boolean;
}

/** Items are claimed a hundred at a time, whatever the shape: the unit of claim and checkpoint. */
const CLAIM_SIZE = 100;
/** Nothing is postponed for longer; a due time further off was set by a clock that was wrong, ms. */
const MAX_POSTPONE_MS = 30 * 60_000;
/** The service's clock may be corrected meanwhile, so due times are looked at again, ms. */
const MAX_SLEEP_MS = 60_000;
/** From this attempt on an item goes alone: one that spoils its whole chunk must not spoil it eight times. */
const ALONE_FROM_ATTEMPT = 4;

/**
 * Claims windows of ready items and runs them until none is left, or the halt is pulled. Later
 * steps go first, so that what was begun is finished before more is begun. Whatever ends the loop,
 * what is under way is waited for.
 */
export async function runWorkLoop(ports: WorkPorts): Promise<void> {
  const loop = new WorkLoop(ports);
  ports.halt.signal.addEventListener('abort', () => ports.pulse.beat(), { once: true });
  try {
    while (ports.halt.reason === null && (await loop.goOn()));
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
  readonly #underWay = new Set<Promise<void>>();
  readonly #gathering: Gathering;
  #isPolling = false; // one window of polls at a time: polls never starve starts

  constructor(ports: WorkPorts) {
    this.#ports = ports;
    this.#gathering = new Gathering(ports);
  }

  /** Starts what can be started, or waits until something can; false where nothing is left. */
  async goOn(): Promise<boolean> {
    const { queue, pulse, crash } = this.#ports;
    await queue.room();
    this.#startPolls();
    // A window that looks at its page again is in no queue yet: it must not let all be claimed.
    if (this.#underWay.size >= queue.mostWindows) {
      await pulse.next();
      return true;
    }
    const window = claimWindow(this.#ports, this.#gathering);
    if (window === null) return this.#waitForWork();
    await crash('claimed');
    this.#start(runWindow(window, this.#ports));
    return true;
  }

  /** Resolves once nothing is under way. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  #startPolls(): void {
    const polls = this.#isPolling ? null : claimPolls(this.#ports);
    if (polls === null) return;
    this.#isPolling = true;
    const polled = runPolls(polls, this.#ports).finally(() => {
      this.#isPolling = false;
    });
    this.#start(polled);
  }

  #start(task: Promise<void>): void {
    const tracked = task.finally(() => {
      this.#underWay.delete(tracked);
      this.#ports.pulse.beat();
    });
    this.#underWay.add(tracked);
  }

  async #waitForWork(): Promise<boolean> {
    const { clock, isWalking, pulse, serverNow } = this.#ports;
    const due = earliest([
      nextDue(this.#ports, this.#isPolling, this.#gathering),
      this.#gathering.nextDue(),
    ]);
    if (due === null) {
      if (this.#underWay.size === 0 && !isWalking()) return false;
      await pulse.next();
      return true;
    }
    const wait = Math.max(0, due - serverNow());
    if (wait > MAX_POSTPONE_MS) forgetPostponements(this.#ports);
    const waiting = new AbortController();
    const timer = clock
      .sleep(Math.min(wait, MAX_SLEEP_MS), waiting.signal)
      .then(() => pulse.beat())
      .catch(() => undefined);
    await pulse.next();
    waiting.abort();
    await timer;
    return true;
  }
}

interface Window {
  readonly step: number;
  readonly operation: Operation;
  readonly items: readonly ClaimedItem[];
}

function claimWindow(ports: WorkPorts, gathering: Gathering): Window | null {
  if (ports.halt.reason !== null) return null;
  for (let step = ports.steps.length - 1; step >= 0; step--) {
    const operation = ports.steps[step]?.operation;
    if (operation === undefined || hasEnoughOpen(ports, step)) continue;
    if (gathering.waits(step)) continue;
    const breaker = ports.outage.of(step);
    const limit = breaker.allowance(CLAIM_SIZE);
    const items = limit === 0 ? [] : claim(ports, step, limit);
    if (items.length === 0) continue;
    breaker.claimed(items);
    return { step, operation, items };
  }
  return null;
}

async function runPolls(window: PollWindow, ports: WorkPorts): Promise<void> {
  try {
    const halt = await pollRemoteJobs(window, taskPorts(window.operation, ports));
    if (halt !== null) stopFor(halt, ports);
  } catch (error) {
    stopFor(failureOf(error), ports);
  }
}

function claim(ports: WorkPorts, step: number, limit: number): ClaimedItem[] {
  return ports.ledger.transaction(() =>
    ports.ledger.items.claim(step, { now: ports.serverNow(), limit }),
  );
}

/** Runs one window; a failure that no other item would escape stops the run. */
async function runWindow(window: Window, ports: WorkPorts): Promise<void> {
  const { step, operation } = window;
  try {
    const wanted = await settleUnwanted(window, ports);
    const items = operation.destructive ? await ports.recheck.stillSelected(step, wanted) : wanted;
    const halts = await settleAll(
      chunksOf(items, operation).map((chunk) => {
        return executeTask({ step, items: chunk }, taskPorts(operation, ports));
      }),
    );
    const halt = halts.find((failure) => failure !== null);
    if (halt != null) stopFor(halt, ports);
  } catch (error) {
    stopFor(failureOf(error), ports);
  } finally {
    ports.outage.of(step).probeEnded(window.items);
  }
}

/** Ends what the step is not for, or has no file for; gives the others, each with its file. */
async function settleUnwanted(
  { step, items }: Window,
  ports: WorkPorts,
): Promise<readonly ClaimedItem[]> {
  const { ready, settled } = lookAt(ports, step, items);
  if (settled.length === 0) return ready;
  const unwanted = settled.map(({ item }) => item);
  await ports.journal.begin({ step, items: unwanted }).settle(settled);
  return ready;
}

function lookAt<Looked extends Item>(ports: WorkPorts, step: number, items: readonly Looked[]) {
  const engineStep = ports.steps[step];
  if (engineStep === undefined) throw new Error(`There is no step ${step}`);
  const { outcomes } = ports.ledger;
  return lookAtItems(engineStep, items, (item, at) => outcomes.resultOf(item, at));
}

function stopFor(failure: ClassifiedError, ports: WorkPorts): void {
  if (failure.kind === 'canceled' && ports.halt.reason !== null) return;
  ports.halt.stop({ kind: 'fatal', failure });
}

/** The chunks of a window: a hundred, but an item that has failed often goes alone. */
function chunksOf(items: readonly ClaimedItem[], operation: Operation): ClaimedItem[][] {
  const size = operation.shape === 'batch' ? operation.chunkSize : CLAIM_SIZE;
  const alone = items.filter((item) => item.attempts >= ALONE_FROM_ATTEMPT);
  const together = items.filter((item) => item.attempts < ALONE_FROM_ATTEMPT);
  const chunks = alone.map((item) => [item]);
  for (let start = 0; start < together.length; start += size) {
    chunks.push(together.slice(start, start + size));
  }
  return chunks;
}

function taskPorts(operation: Operation, ports: WorkPorts): TaskPorts {
  return {
    operation,
    journal: ports.journal,
    slot: (work) => ports.queue.run(work),
    serverNow: ports.serverNow,
    random: ports.random,
    policy: ports.policy,
    outage: ports.outage,
    isFresh: (items) => !operation.destructive || ports.recheck.isFresh(items),
    brake: (failure) => stopFor(failure, ports),
    drain: ports.halt.signal,
    abort: ports.abort,
  };
}

/** Due times that no delay of ours could have set are of a clock that was wrong: these are due now. */
function forgetPostponements({ ledger, serverNow }: WorkPorts): void {
  const now = serverNow();
  ledger.transaction(() => ledger.items.dueNow(now, now + MAX_POSTPONE_MS));
}

/**
 * When the first postponed item that may be claimed is due, in server time; null where none waits.
 * What a task under way must end for is not waited for by the clock: that would be a busy loop.
 */
function nextDue(ports: WorkPorts, isPolling: boolean, gathering: Gathering): number | null {
  const { items } = ports.ledger;
  const due = ports.steps.flatMap((_, step) => [
    hasEnoughOpen(ports, step) || gathering.isWaiting(step) ? null : nextClaim(ports, step),
    isPolling ? null : items.nextDue(step, 'waiting'),
  ]);
  return earliest(due);
}

/** When the step may claim again: its items are due, and its breaker lets one through. */
function nextClaim({ ledger, outage, serverNow }: WorkPorts, step: number): number | null {
  const breaker = outage.of(step);
  if (breaker.isProbing) return null;
  const pauseMs = breaker.pauseLeftMs();
  if (pauseMs === 0) return ledger.items.nextDue(step, 'pending');
  const isAnyLeft = (ledger.items.countsByStep().get(step)?.pending ?? 0) > 0;
  return isAnyLeft ? serverNow() + pauseMs : null;
}

function earliest(times: readonly (number | null)[]): number | null {
  const known = times.filter((at) => at !== null);
  return known.length === 0 ? null : Math.min(...known);
}
