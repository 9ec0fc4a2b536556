import { failureOf } from '../../core/failure.ts';
import type { Item } from '../../core/item.ts';
import type { ClaimedItem } from '../../ledger/item-row.ts';
import type { Operation } from '../../operations/operation.ts';
import { executeTask } from '../send/execute-task.ts';
import { settleAll } from '../tasks/parallel.ts';
import { CONDITION_UNKNOWN, lookAtItems } from '../tasks/step-items.ts';
import type { ItemResult } from '../tasks/task.ts';
import { CLAIM_SIZE, type Window } from './claim-window.ts';
import { queuePriority } from './results-first.ts';
import { skipCompletedWork } from './skip-completed-work.ts';
import { stopForFailure, taskDependencies, type WorkDependencies } from './work-dependencies.ts';

/** From this attempt on, an item is sent alone, so that it can't spoil its chunk again. */
const ALONE_FROM_ATTEMPT = 4;

/** Runs one window. A failure that every item would meet stops the run. */
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
      chunksOf(items, operation).map((chunk) => executeTask({ step, items: chunk }, forTasks)),
    );
    const fatal = fatals.find((failure) => failure !== null);
    if (fatal != null) stopForFailure(fatal, deps);
  } catch (error) {
    stopForFailure(failureOf(error), deps);
  } finally {
    deps.outage.of(step).probeEnded(window.items);
  }
}

type StepItems = Pick<Window, 'step' | 'items'>;

/** The items that still belong to the selection, and for which the step's `if` still holds. */
async function stillWanted(
  { step, items }: StepItems,
  deps: WorkDependencies,
): Promise<readonly ClaimedItem[]> {
  const selected = await deps.recheck.stillSelected(step, items);
  return settleUnwanted({ step, items: selected }, deps, undecidable);
}

/** A field that became unknown since the item was selected is not a failure of the item. */
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

/** Ends items to which the step does not apply, or that have no file. Returns the others, each with its file. */
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
 * The chunks of a window. An item that failed often is alone. Lost answers need no care here: a batch that is
 * probed after a lost answer is fixed.
 */
function chunksOf(items: readonly ClaimedItem[], operation: Operation): ClaimedItem[][] {
  // A fixed batch is claimed and sent as one request.
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
