import { failureOf } from '../../core/failure.ts';
import type { Item } from '../../core/item.ts';
import type { ClaimedItem } from '../../ledger/item-row.ts';
import type { Operation } from '../../operations/operation.ts';
import { needsProbe } from '../failure/after-failure.ts';
import { executeTask } from '../send/execute-task.ts';
import { settleAll } from '../tasks/parallel.ts';
import { lookAtItems } from '../tasks/step-items.ts';
import { groupByRequest } from '../tasks/task.ts';
import { CLAIM_SIZE, type Window } from './claim-window.ts';
import { queuePriority } from './results-first.ts';
import { skipCompletedWork } from './skip-completed-work.ts';
import { stopFor, taskPorts, type WorkPorts } from './work-ports.ts';

/** From this attempt on, an item is sent alone, so that it can't spoil its chunk again. */
const ALONE_FROM_ATTEMPT = 4;

/** Runs one window. A failure that every item would meet stops the run. */
export async function runWindow(window: Window, ports: WorkPorts): Promise<void> {
  const { step, operation } = window;
  try {
    const wanted = await settleUnwanted(window, ports);
    const selected = operation.destructive
      ? await ports.recheck.stillSelected(step, wanted)
      : wanted;
    const forTasks = taskPorts(operation, queuePriority(ports, step), ports);
    const items = await skipCompletedWork({ step, items: selected }, ports, forTasks);
    const halts = await settleAll(
      chunksOf(items, operation).map((chunk) => executeTask({ step, items: chunk }, forTasks)),
    );
    const halt = halts.find((failure) => failure !== null);
    if (halt != null) stopFor(halt, ports);
  } catch (error) {
    stopFor(failureOf(error), ports);
  } finally {
    ports.outage.of(step).probeEnded(window.items);
  }
}

/** Ends items to which the step does not apply, or that have no file. Returns the others, each with its file. */
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

/**
 * The chunks of a window. An item that failed often is alone. Items of one request whose answer was lost are
 * probed together and sent together again.
 */
function chunksOf(items: readonly ClaimedItem[], operation: Operation): ClaimedItem[][] {
  // A fixed batch is claimed and sent as one request.
  if (operation.shape === 'batch' && operation.fixed !== undefined) return [[...items]];
  const size = operation.shape === 'batch' ? operation.chunkSize : CLAIM_SIZE;
  const isAlone = ({ attempts }: ClaimedItem) => attempts >= ALONE_FROM_ATTEMPT;
  const isLost = ({ openSends }: ClaimedItem) => openSends > 0 && needsProbe(operation.doubt);
  const together = items.filter((item) => !isAlone(item));
  const lost = operation.shape === 'batch' ? together.filter(isLost) : [];
  const rest = together.filter((item) => !lost.includes(item));
  const chunks = [...items.filter(isAlone).map((item) => [item]), ...groupByRequest(lost)];
  for (let start = 0; start < rest.length; start += size) {
    chunks.push(rest.slice(start, start + size));
  }
  return chunks;
}
