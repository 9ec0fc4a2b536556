import type { RunItem } from '../ledger/run-items.ts';
import { ScratchSet } from '../ledger/scratch-set.ts';
import { findTraits } from '../operations/operation-traits.ts';
import { makesNothingNew } from './new-things.ts';
import { type ReportedRun, type ReportedStep, runItems, subjectAt } from './run-items.ts';

/** Answers whether a run deleted a file or group, for any of its items. */
export interface DeletedThings {
  has(id: string): boolean;
  close(): void;
}

const NOTHING: DeletedThings = { has: () => false, close: () => undefined };
/**
 * The reasons with which a delete step skips an item because its file no longer exists. In a report, such a
 * file counts as deleted too.
 */
export const GONE_REASONS: readonly (string | null)[] = ['gone', 'expired', 'missing'];

/**
 * Collects the ids of all things that the run deleted, in a temporary file. Close the result when you no
 * longer need it.
 */
export function readDeletedThings(run: ReportedRun): DeletedThings {
  const canDelete = run.steps.some(({ uses }) => findTraits(uses)?.deletes !== undefined);
  // Nobody needs to know the deleted things if the run made nothing new. Only the map from old to new files
  // uses them, and this run has no such map.
  if (!canDelete || makesNothingNew(run.steps)) return NOTHING;
  const deleted = ScratchSet.open();
  try {
    for (const item of runItems(run)) {
      const ids = [...deletedBy(run.steps, item)];
      if (ids.length > 0) deleted.add(ids);
    }
  } catch (error) {
    deleted.close();
    throw error;
  }
  return deleted;
}

function* deletedBy(steps: readonly ReportedStep[], item: RunItem): Generator<string> {
  for (const [index, step] of steps.entries()) {
    const id = subjectAt(step, item);
    if (id !== null && endOfDelete({ ...step, index }, item) !== null) yield id;
  }
}

/**
 * The end of a delete: `deleted` if the step deleted the file or group, `gone` if it no longer existed, null if
 * the step deleted nothing. A missing outcome counts as done: if a step is done without a result or warning, the
 * ledger stores no outcome for it.
 */
export function endOfDelete(
  { uses, index }: Pick<ReportedStep, 'uses'> & { readonly index: number },
  { record, outcomes }: RunItem,
): 'deleted' | 'gone' | null {
  const outcome = outcomes.find(({ step }) => step === index);
  const deletes = findTraits(uses)?.deletes;
  if (deletes === undefined) return null;
  if (deletes !== 'always') {
    return outcome?.result != null && deletes(outcome.result) ? 'deleted' : null;
  }
  if (outcome === undefined) {
    const isDone = record.step > index || (record.step === index && record.state === 'done');
    return isDone ? 'deleted' : null;
  }
  if (outcome.state === 'done') return 'deleted';
  return GONE_REASONS.includes(outcome.reason) ? 'gone' : null;
}
