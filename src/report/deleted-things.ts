import type { RunItem } from '../ledger/items-with-outcomes.ts';
import { ScratchSet } from '../ledger/scratch-map.ts';
import { findOperation } from '../operations/all-operations.ts';
import { makesNothingNew } from './new-things.ts';
import { type ReportedRun, type ReportedStep, runItems, subjectAt } from './run-items.ts';

/** The files and groups that a run deleted, for any of its items. */
export interface DeletedThings {
  has(id: string): boolean;
  close(): void;
}

const NOTHING: DeletedThings = { has: () => false, close: () => undefined };
/** Skip reasons of a delete that found no file. The file does not exist after such a delete either. */
export const GONE_REASONS: readonly (string | null)[] = ['gone', 'expired', 'missing'];

/** Collects the ids of the things that the run deleted, in a temporary file. Close the result after use. */
export function readDeletedThings(run: ReportedRun): DeletedThings {
  const canDelete = run.steps.some(({ uses }) => findOperation(uses)?.deletes !== undefined);
  // If the run made no new files, there is no map that its deletes could change.
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
    if (id !== null && hasDeleted({ ...step, index }, item)) yield id;
  }
}

/**
 * True if the delete of the item was done. A delete without an outcome row was also done, because outcome
 * rows exist only for additional data.
 */
function hasDeleted(
  { uses, index }: ReportedStep & { readonly index: number },
  { record, outcomes }: RunItem,
): boolean {
  const outcome = outcomes.find(({ step }) => step === index);
  const deletes = findOperation(uses)?.deletes;
  if (deletes === undefined) return false;
  if (deletes !== 'always') return outcome?.result != null && deletes(outcome.result);
  if (outcome !== undefined)
    return outcome.state === 'done' || GONE_REASONS.includes(outcome.reason);
  return record.step > index || (record.step === index && record.state === 'done');
}
