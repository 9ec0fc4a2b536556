import type { ClaimedItem } from '../../ledger/item-row.ts';
import { lookAtItems } from '../tasks/step-items.ts';
import { resultsWaitTooLong } from './results-first.ts';
import type { WorkDependencies } from './work-dependencies.ts';

/** Maximum number of pending items to evaluate at a time. */
const LOOK_AT = 100;

/**
 * Claims the items of one fixed batch (items that always go together in one request), and items that skip the
 * step. A batch that was sent before comes first, with the same items as before. A new batch must be full,
 * unless no more items can come. Its items are recorded before the first send and never change.
 */
export function claimBatch(
  deps: WorkDependencies,
  step: number,
  batch: { readonly size: number; readonly isMoreToCome: boolean },
): ClaimedItem[] {
  const { ledger, serverNow } = deps;
  const now = serverNow();
  if (!ledger.due.isAnyReady(step, now)) return [];
  return ledger.unsynced(() => {
    const due = ledger.batches.due(step, now);
    const { items, assigned } =
      due.length > 0 ? { items: due, assigned: [] } : newBatch(deps, step, { ...batch, now });
    if (assigned.length > 0) ledger.batches.assign(step, assigned);
    ledger.items.take(step, items);
    return items;
  });
}

function newBatch(
  deps: WorkDependencies,
  step: number,
  { size, isMoreToCome, now }: { size: number; isMoreToCome: boolean; now: number },
): { items: ClaimedItem[]; assigned: number[] } {
  const { ledger, steps } = deps;
  const engineStep = steps[step];
  if (engineStep === undefined) throw new Error(`There is no step ${step}`);
  const fresh = ledger.batches.fresh(step, { now, limit: LOOK_AT });
  const { ready, settled } = lookAtItems(engineStep, fresh, (item, at) =>
    ledger.outcomes.resultOf(item, at),
  );
  const isLast = !isMoreToCome && fresh.length < LOOK_AT;
  const together = ready.length >= size || isLast ? ready.slice(0, size) : [];
  const assigned = together.map(({ seq }) => seq).sort((one, other) => one - other);
  const unwanted = new Set(settled.map(({ item }) => item.seq));
  const inOrder = (seq: number) => fresh.filter((item) => item.seq === seq);
  return {
    items: [...assigned.flatMap(inOrder), ...fresh.filter(({ seq }) => unwanted.has(seq))],
    assigned,
  };
}

/** The time when the first postponed item of the step is due, server time, ms; null if none is postponed. */
export function nextBatchDue(
  { ledger, outage, serverNow }: WorkDependencies,
  step: number,
): number | null {
  const breaker = outage.of(step);
  if (breaker.isProbing) return null;
  const now = serverNow();
  const pauseMs = breaker.pauseLeftMs();
  if (pauseMs === 0) return ledger.batches.nextDue(step, now);
  const isAnyLeft = (ledger.items.countsByStep().get(step)?.pending ?? 0) > 0;
  return isAnyLeft ? now + pauseMs : null;
}

/**
 * True if more items may come to this step: earlier steps have some, or a canary still holds some back.
 */
export function isMoreToCome(deps: WorkDependencies, step: number): boolean {
  if (deps.isWalking() || deps.ledger.bound.isSet) return true;
  const counts = [...deps.ledger.items.countsByStep()].filter(([place]) => place < step);
  return counts.some(([place, { pending, running, waiting }]) => {
    // An earlier step may itself wait until this step has used its results. If this step waited for the items
    // of that step, both would wait for ever.
    const isHeld = resultsWaitTooLong(deps, place);
    return running + waiting + (isHeld ? 0 : pending) > 0;
  });
}
