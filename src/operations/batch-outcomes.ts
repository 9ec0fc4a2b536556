import type { FileUuid } from '../core/file-uuid.ts';
import type { Item } from '../core/item.ts';
import type { Outcome } from '../core/outcome.ts';
import type { BatchAnswer, BatchFile } from '../uploadcare/wire/batch-answer.ts';
import { itemUuid } from './item-uuid.ts';
import type { BatchOutcomes } from './operation.ts';

/** The service's message for an unknown, foreign or purged file (api 3.5). */
const MISSING = 'Missing in the project';

/** The rules of a batch operation for its answer. */
export interface BatchReading {
  /** True if the file in the answer shows the effect of the operation. */
  readonly isDone: (file: BatchFile) => boolean;
  /** The outcome of an item that is no longer in the project. */
  readonly missing: (item: Item) => Outcome;
}

/**
 * Turns `result` and `problems` into one outcome per item, by UUID: the service sorts the answer by
 * upload date. An item in neither list has no outcome, so ucbulk retries it.
 */
export function batchOutcomes(
  items: readonly Item[],
  answer: BatchAnswer,
  reading: BatchReading,
): BatchOutcomes {
  const done = new Set<string>(answer.files.filter(reading.isDone).map(({ uuid }) => uuid));
  const outcomes = new Map<string, Outcome>();
  for (const item of items) {
    const uuid = itemUuid(item);
    const problem = answer.problems.get(uuid);
    // In both lists: the answer contradicts itself, so it proves nothing.
    if (done.has(uuid) && problem !== undefined) continue;
    if (done.has(uuid)) outcomes.set(item.key, { kind: 'done' });
    else if (problem === MISSING) outcomes.set(item.key, reading.missing(item));
    else if (problem !== undefined) outcomes.set(item.key, failedBy(problem));
  }
  return outcomes;
}

/** The UUIDs of the files that a step acts on. */
export function itemUuids(items: readonly Item[]): FileUuid[] {
  return items.map(itemUuid);
}

function failedBy(problem: string): Outcome {
  return { kind: 'failed', failure: { code: 'problem', message: problem } };
}
