import { isFinal } from '../core/item-state.ts';
import type { Job } from '../job/job-schema.ts';
import { earlierOutcomes, type ItemRecord, type RunItem } from '../ledger/run-items.ts';
import { findTraits } from '../operations/operation-traits.ts';
import type { ItemReport } from './run-status.ts';

/** Creates a function that describes an item of a run with these steps. */
export function createItemReporter(steps: Job['steps']): (item: RunItem) => ItemReport {
  // If a step has `onFailure: continue`, the failure of an item may belong to an earlier step than the item's
  // last one.
  const mayContinue = steps.some(({ onFailure }) => onFailure === 'continue');
  return (item) => {
    const isFailed = mayContinue && item.record.state === 'failed';
    const shown = isFailed ? withFailure(item, steps) : withWarning(item, steps);
    return toItemReport(shown, item, steps);
  };
}

/** If an item failed at an earlier step and continued, adds that failure to its report. */
function withFailure({ record, outcomes }: RunItem, steps: Job['steps']): ItemRecord {
  const failure = outcomes.findLast(({ state }) => state === 'failed');
  if (failure === undefined || failure.step === record.step) return record;
  const { reason, requestId } = failure;
  const where = `failed at step ${stepId(steps, failure.step)}, and continued`;
  const message = failure.message === null ? where : `${where}: ${failure.message}`;
  return { ...record, reason, message, requestId, result: record.result ?? failure.result };
}

/** If an item has no reason of its own, adds the warning of an earlier step to its report. */
function withWarning({ record, outcomes }: RunItem, steps: Job['steps']): ItemRecord {
  if (record.step === 0 || record.reason !== null || outcomes.length === 0) return record;
  if (!steps.some(({ uses }) => findTraits(uses)?.mayWarn)) return record;
  const warned = outcomes.findLast(({ state, reason }) => state === 'done' && reason !== null);
  if (warned === undefined) return record;
  const message = `at step ${stepId(steps, warned.step)}: ${warned.message}`;
  return { ...record, reason: warned.reason, message };
}

function stepId(steps: Job['steps'], step: number): string {
  return steps[step]?.id ?? String(step + 1);
}

function toItemReport(record: ItemRecord, item: RunItem, steps: Job['steps']): ItemReport {
  const { key, state, attempts, reason, message, requestId, result, at } = record;
  const hasEnded = isFinal(state) || state === 'in-doubt';
  return {
    key,
    state,
    step: stepId(steps, record.step),
    attempts,
    reason,
    message,
    requestId,
    result,
    earlierSteps: earlierOutcomes(item, (step) => stepId(steps, step)),
    at: at === null || !hasEnded ? null : new Date(at).toISOString(),
  };
}
