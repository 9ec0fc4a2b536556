import { toFailure } from '../../core/failure.ts';
import type { Item } from '../../core/item.ts';
import type { ClaimedItem } from '../../ledger/item-row.ts';
import type { Operation } from '../../operations/operation.ts';
import { executeTask } from '../send/execute-task.ts';
import { settleAll } from '../tasks/parallel.ts';
import { CONDITION_UNKNOWN, fixedBatches, lookAtItems } from '../tasks/step-items.ts';
import type { ItemResult } from '../tasks/task.ts';
import type { BatchWait } from './batch-wait.ts';
import { claimBatch, isMoreToCome, nextBatchDue } from './claim-batch.ts';
import { remainingBudget } from './paid-budgets.ts';
import { type DuePolls, earliest, hasEnoughOpen } from './poll-window.ts';
import { queuePriority, resultsWaitTooLong } from './results-first.ts';
import { skipCompletedWork } from './skip-completed-work.ts';
import { stopForFailure, taskDependencies, type WorkDependencies } from './work-dependencies.ts';

/** Maximum number of items that ucbulk claims at once, for every kind of operation. */
const CLAIM_SIZE = 100;

/** Claimed items of one step. */
export interface Window {
  readonly step: number;
  readonly operation: Operation;
  readonly items: readonly ClaimedItem[];
}

/** The part of the work loop's state that is only in memory. */
export interface LoopState {
  readonly batchWait: BatchWait;
  readonly duePolls: DuePolls;
  /** Number of windows (groups of claimed items) in progress, at this step and all later steps together. */
  readonly windowsFrom: (step: number) => number;
}

/**
 * Claims ready items. If several steps have ready items, takes those of the last of these steps. Returns null
 * if no item may start now.
 */
export function claimWindow(deps: WorkDependencies, state: LoopState): Window | null {
  if (deps.runStop.reason !== null) return null;
  for (const step of claimOrder(deps)) {
    const operation = deps.steps[step]?.operation;
    if (operation === undefined || isFull(deps, step, state)) continue;
    if (state.batchWait.waits(step)) continue;
    const breaker = deps.outage.of(step);
    const limit = breaker.allowance(CLAIM_SIZE);
    const items = limit === 0 ? [] : claim(deps, step, { operation, limit });
    if (items.length === 0) continue;
    breaker.claimed(items);
    return { step, operation, items };
  }
  return null;
}

/**
 * The time when the first postponed item may be claimed, server time, ms; null if none is postponed. Ignores
 * a step that must first wait for other work to end. The items of such a step may be due already, so a timer
 * for them would fire again and again for nothing.
 */
export function nextDue(deps: WorkDependencies, state: LoopState): number | null {
  const claims = deps.steps.map((_, step) =>
    isFull(deps, step, state) ? null : (state.batchWait.waitsUntil(step) ?? nextClaim(deps, step)),
  );
  return earliest([...claims, state.duePolls.nextDue()]);
}

/** The time when the step may claim again: its items are due and its circuit breaker allows requests. */
function nextClaim(deps: WorkDependencies, step: number): number | null {
  const engineStep = deps.steps[step];
  if (engineStep !== undefined && fixedBatches(engineStep) !== null)
    return nextBatchDue(deps, step);
  const { ledger, outage, serverNow } = deps;
  const breaker = outage.of(step);
  if (breaker.isProbing) return null;
  const pauseMs = breaker.pauseLeftMs();
  const isSpent = remainingBudget(deps, step) === 0;
  if (pauseMs === 0) return isSpent ? ledger.due.nextSent(step) : ledger.due.nextDue(step);
  if (isSpent && ledger.due.nextSent(step) === null) return null;
  const isAnyLeft = (ledger.items.countsByStep().get(step)?.pending ?? 0) > 0;
  return isAnyLeft ? serverNow() + pauseMs : null;
}

function claimOrder({ steps, resultsFirst }: WorkDependencies): number[] {
  const order = steps.map((_, step) => step);
  return resultsFirst.isOn ? order.reverse() : order;
}

/** True if other work must end before the step may start more items. */
function isFull(deps: WorkDependencies, step: number, { windowsFrom }: LoopState): boolean {
  const { queue } = deps;
  // `windowsFrom` also counts groups that are not yet in the queue, because ucbulk still checks their pages
  // of the listing before a delete.
  if (windowsFrom(step) >= queue.mostWindows) return true;
  if (!queue.hasRoom(queuePriority(deps, step))) return true;
  return hasEnoughOpen(deps, step) || resultsWaitTooLong(deps, step);
}

/**
 * Claims items without waiting for the disk. A power cut may undo such a claim, but this does no harm: the
 * power cut then undoes all later writes too. So no request was sent, and the items are pending again.
 */
function claim(
  deps: WorkDependencies,
  step: number,
  { operation, limit }: { operation: Operation; limit: number },
): ClaimedItem[] {
  if (operation.shape === 'batch' && operation.fixed !== undefined) {
    const batch = { size: operation.chunkSize, isMoreToCome: isMoreToCome(deps, step) };
    return claimBatch(deps, step, batch);
  }
  const { ledger } = deps;
  const now = deps.serverNow();
  if (!ledger.due.isAnyReady(step, now)) return [];
  const left = remainingBudget(deps, step);
  if (left > 0) {
    const most = Math.min(limit, left);
    return ledger.unsynced(() => ledger.items.claim(step, { now, limit: most }));
  }
  // The budget is used up. Items that already took their part of the budget may still continue.
  const due = ledger.due.nextSent(step);
  if (due === null || due > now) return [];
  return ledger.unsynced(() => ledger.items.claimSent(step, { now, limit }));
}

/** From this attempt on, ucbulk sends an item alone, so that a bad item can't make other items fail. */
const ALONE_FROM_ATTEMPT = 4;

/** Runs a step for a group of claimed items. Stops the run if a failure would also hit every other item. */
export async function runWindow(window: Window, deps: WorkDependencies): Promise<void> {
  const { step, operation } = window;
  try {
    const wanted = await settleUnwanted(window, deps);
    const selected = operation.destructive
      ? await stillWanted({ step, items: wanted }, deps)
      : wanted;
    const forTasks = taskDependencies(operation, queuePriority(deps, step), deps);
    const items = await skipCompletedWork({ step, items: selected }, deps, forTasks);
    const fatals = await settleAll(
      splitIntoChunks(items, operation).map((chunk) =>
        executeTask({ step, items: chunk }, forTasks),
      ),
    );
    const fatal = fatals.find((failure) => failure !== null);
    if (fatal != null) stopForFailure(fatal, deps);
  } catch (error) {
    stopForFailure(toFailure(error), deps);
  } finally {
    deps.outage.of(step).probeEnded(window.items);
  }
}

type StepItems = Pick<Window, 'step' | 'items'>;

/**
 * Returns the items that should still be deleted: a new check still selects them, and the step's `if` is
 * still true for them.
 */
async function stillWanted(
  { step, items }: StepItems,
  deps: WorkDependencies,
): Promise<readonly ClaimedItem[]> {
  const selected = await deps.recheck.stillSelected(step, items);
  return settleUnwanted({ step, items: selected }, deps, undecidable);
}

/**
 * Changes a failure into a skip if the step's `if` failed because a field became unknown after the selection.
 * The item itself has no fault. Any other result stays unchanged.
 */
function undecidable(result: ItemResult): ItemResult {
  if (result.to !== 'outcome' || result.outcome.kind !== 'failed') return result;
  const { code, message } = result.outcome.failure;
  if (code !== CONDITION_UNKNOWN) return result;
  return {
    item: result.item,
    to: 'outcome',
    outcome: { kind: 'skipped', reason: 'undecidable', message },
  };
}

/**
 * Ends items that skip the step, and items that have no file. Returns the other items, each with its file.
 */
async function settleUnwanted(
  { step, items }: StepItems,
  deps: WorkDependencies,
  endOf: (result: ItemResult) => ItemResult = (result) => result,
): Promise<readonly ClaimedItem[]> {
  const looked = lookAt(deps, step, items);
  const { ready } = looked;
  const settled = looked.settled.map(endOf);
  if (settled.length === 0) return ready;
  const unwanted = settled.map(({ item }) => item);
  await deps.journal.begin({ step, items: unwanted }).settle(settled);
  return ready;
}

function lookAt<Looked extends Item>(
  deps: WorkDependencies,
  step: number,
  items: readonly Looked[],
) {
  const engineStep = deps.steps[step];
  if (engineStep === undefined) throw new Error(`There is no step ${step}`);
  const { outcomes } = deps.ledger;
  return lookAtItems(engineStep, items, (item, at) => outcomes.resultOf(item, at));
}

/**
 * Divides claimed items into requests. An item that has failed often is sent alone. This may separate items
 * whose last request had a lost answer. It does no harm: only the requests of fixed batches are probed as a
 * whole, and fixed batches are never divided.
 */
function splitIntoChunks(items: readonly ClaimedItem[], operation: Operation): ClaimedItem[][] {
  // A fixed batch always goes into one request, with the same items.
  if (operation.shape === 'batch' && operation.fixed !== undefined) return [[...items]];
  const size = operation.shape === 'batch' ? operation.chunkSize : CLAIM_SIZE;
  const isAlone = ({ attempts }: ClaimedItem) => attempts >= ALONE_FROM_ATTEMPT;
  const together = items.filter((item) => !isAlone(item));
  const chunks = items.filter(isAlone).map((item) => [item]);
  for (let start = 0; start < together.length; start += size) {
    chunks.push(together.slice(start, start + size));
  }
  return chunks;
}
