import { type ClassifiedError, failureOf } from '../core/failure.ts';
import type { Clock, CrashHook, Random } from '../core/world.ts';
import type { ClaimedItem } from '../ledger/item-table.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Operation } from '../operations/operation.ts';
import { executeTask } from './execute-task.ts';
import type { Halt } from './halt.ts';
import type { Pulse } from './pulse.ts';
import type { PageRecheck } from './recheck-pages.ts';
import type { AttemptPolicy, Journal, TaskPorts } from './task.ts';
import type { WorkQueue } from './work-queue.ts';

/** What the loop needs. */
export interface WorkPorts {
  readonly ledger: Ledger;
  readonly steps: readonly { readonly operation: Operation }[];
  readonly journal: Journal;
  readonly queue: WorkQueue;
  readonly recheck: PageRecheck;
  readonly policy: AttemptPolicy;
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
  /** Looks at the counters after each task; its answer stops the run. */
  readonly afterTask: () => void;
}

/** Items are claimed a hundred at a time, whatever the shape: the unit of claim and checkpoint. */
const CLAIM_SIZE = 100;
/** From this attempt on an item goes alone: one that spoils its whole chunk must not spoil it eight times. */
const ALONE_FROM_ATTEMPT = 4;

/**
 * Claims windows of ready items and runs them until none is left, or the halt is pulled. Later
 * steps go first, so that what was begun is finished before more is begun.
 */
export async function runWorkLoop(ports: WorkPorts): Promise<void> {
  const underWay = new Set<Promise<void>>();
  ports.halt.signal.addEventListener('abort', () => ports.pulse.beat(), { once: true });
  while (ports.halt.reason === null) {
    await ports.queue.room();
    const window = claimWindow(ports);
    if (window !== null) {
      await ports.crash('claimed');
      start(runWindow(window, ports));
    } else if (underWay.size === 0 && !ports.isWalking() && nextDue(ports) === null) {
      break;
    } else {
      await waitForWork(ports);
    }
  }
  await Promise.all(underWay);

  function start(task: Promise<void>): void {
    const tracked = task.finally(() => {
      underWay.delete(tracked);
      ports.pulse.beat();
    });
    underWay.add(tracked);
  }
}

interface Window {
  readonly step: number;
  readonly operation: Operation;
  readonly items: readonly ClaimedItem[];
}

function claimWindow(ports: WorkPorts): Window | null {
  if (ports.halt.reason !== null) return null;
  for (let step = ports.steps.length - 1; step >= 0; step--) {
    const operation = ports.steps[step]?.operation;
    if (operation === undefined) continue;
    const items = claim(ports, step);
    if (items.length > 0) return { step, operation, items };
  }
  return null;
}

function claim(ports: WorkPorts, step: number): ClaimedItem[] {
  return ports.ledger.transaction(() =>
    ports.ledger.items.claim(step, { now: ports.serverNow(), limit: CLAIM_SIZE }),
  );
}

/** Runs one window; a failure that no other item would escape stops the run. */
async function runWindow(window: Window, ports: WorkPorts): Promise<void> {
  const { step, operation } = window;
  try {
    const items = operation.destructive ? await recheck(window, ports) : window.items;
    const halts = await Promise.all(
      chunksOf(items, operation).map((chunk) => {
        return executeTask({ step, items: chunk }, taskPorts(operation, ports));
      }),
    );
    const halt = halts.find((failure) => failure !== null);
    if (halt != null) stopFor(halt, ports);
    ports.afterTask();
  } catch (error) {
    stopFor(failureOf(error), ports);
  }
}

async function recheck(window: Window, ports: WorkPorts): Promise<readonly ClaimedItem[]> {
  try {
    return await ports.recheck.stillSelected(window.step, window.items);
  } catch (error) {
    const seqs = window.items.map(({ seq }) => seq);
    ports.ledger.transaction(() =>
      ports.ledger.items.moveItems({ seqs, step: window.step, from: 'running', to: 'pending' }),
    );
    throw error;
  }
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
    drain: ports.halt.signal,
    abort: ports.abort,
  };
}

/** When the first postponed item is due, in server time; null where none waits. */
function nextDue(ports: WorkPorts): number | null {
  const due = ports.steps
    .map((_, step) => ports.ledger.items.nextDue(step))
    .filter((at) => at !== null);
  return due.length === 0 ? null : Math.min(...due);
}

async function waitForWork(ports: WorkPorts): Promise<void> {
  const due = nextDue(ports);
  if (due === null) return ports.pulse.next();
  const waiting = new AbortController();
  const timer = ports.clock
    .sleep(Math.max(0, due - ports.serverNow()), waiting.signal)
    .then(() => ports.pulse.beat())
    .catch(() => undefined);
  await ports.pulse.next();
  waiting.abort();
  await timer;
}
