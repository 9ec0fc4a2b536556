import { ScratchSet } from '../ledger/scratch-map.ts';
import { findOperation } from '../operations/all-operations.ts';
import { makesNothingNew } from './new-things.ts';
import {
  type ReportedRun,
  type ReportedStep,
  type RunItem,
  runItems,
  subjectAt,
} from './run-items.ts';

/** The files and groups that a run deleted, whichever item deleted them. */
export interface DeletedThings {
  has(id: string): boolean;
  close(): void;
}

const NOTHING: DeletedThings = { has: () => false, close: () => undefined };
/** A delete that found nothing to delete: the file does not exist any more either. */
export const GONE_REASONS: readonly (string | null)[] = ['gone', 'expired', 'missing'];

/** Reads what the run deleted into a file of its own; close it after use. */
export function readDeletedThings(run: ReportedRun): DeletedThings {
  const canDelete = run.steps.some(({ uses }) => findOperation(uses)?.deletes !== undefined);
  // Without new files there is no map to correct.
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
  for (const [place, step] of steps.entries()) {
    const id = subjectAt(step, item);
    if (id !== null && hasDeleted({ ...step, place }, item)) yield id;
  }
}

/** A delete without a row of its own was done: rows exist only if there is more to say. */
function hasDeleted(
  { uses, place }: ReportedStep & { readonly place: number },
  { record, outcomes }: RunItem,
): boolean {
  const end = outcomes.find(({ step }) => step === place);
  const deletes = findOperation(uses)?.deletes;
  if (deletes === undefined) return false;
  if (deletes !== 'always') return end?.result != null && deletes(end.result);
  if (end !== undefined) return end.state === 'done' || GONE_REASONS.includes(end.reason);
  return record.step > place || (record.step === place && record.state === 'done');
}
