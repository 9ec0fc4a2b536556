import type { FileUuid } from '../core/file-uuid.ts';
import type { Item } from '../core/item.ts';
import type { Outcome } from '../core/outcome.ts';
import type { BatchAnswer, BatchFile } from '../uploadcare/wire/batch-answer.ts';
import { itemUuid } from './item-uuid.ts';
import type { BatchOutcomes } from './operation.ts';

/**
 * The service's message for a file that does not exist, was purged, or is in another project
 * (docs/uploadcare-api.md 3.5).
 */
const MISSING = 'Missing in the project';

/** How the answer to a batch operation shows the outcome of an item. */
export interface BatchReading {
  /** True if the file in the answer shows the effect of the operation. */
  readonly isDone: (file: BatchFile) => boolean;
  /** The outcome of an item that is done; done without details if absent. */
  readonly done?: (file: BatchFile) => Outcome;
  /** The outcome of an item that is no longer in the project. */
  readonly missing: (item: Item) => Outcome;
}

/**
 * Converts the lists `result` and `problems` of an answer to one outcome per item. The service sorts its
 * answer by upload date, so items are found by UUID. An item in neither list gets no outcome, and ucbulk
 * retries it.
 */
export function batchOutcomes(
  items: readonly Item[],
  answer: BatchAnswer,
  reading: BatchReading,
): BatchOutcomes {
  const done = new Map<string, BatchFile>(
    answer.files.filter(reading.isDone).map((file) => [file.uuid, file]),
  );
  const outcomes = new Map<string, Outcome>();
  for (const item of items) {
    const uuid = itemUuid(item);
    const problem = answer.problems.get(uuid);
    // The file is in both lists. The answer contradicts itself, so the item gets no outcome.
    const file = done.get(uuid);
    if (file !== undefined && problem !== undefined) continue;
    if (file !== undefined) outcomes.set(item.key, reading.done?.(file) ?? { kind: 'done' });
    else if (problem === MISSING) outcomes.set(item.key, reading.missing(item));
    else if (problem !== undefined) outcomes.set(item.key, failedBy(problem));
  }
  return outcomes;
}

/** The UUIDs of the files on which a step works. */
export function itemUuids(items: readonly Item[]): FileUuid[] {
  return items.map(itemUuid);
}

function failedBy(problem: string): Outcome {
  return { kind: 'failed', failure: { code: 'problem', message: problem } };
}
