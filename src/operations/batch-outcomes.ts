import type { FileUuid } from '../core/file-uuid.ts';
import type { Item } from '../core/item.ts';
import type { Outcome } from '../core/outcome.ts';
import type { BatchAnswer, BatchFile } from '../uploadcare/wire/batch-answer.ts';
import type { BatchOutcomes } from './operation.ts';
import { uuidOf } from './uuid-of.ts';

/** The service's word for an unknown, foreign or purged file (api 3.5). */
const MISSING = 'Missing in the project';

/** How a batch operation reads its answer. */
export interface BatchReading {
  /** Whether the file of the answer is as the operation leaves it. */
  readonly isDone: (file: BatchFile) => boolean;
  /** What it means that the project has the item no more. */
  readonly missing: (item: Item) => Outcome;
}

/**
 * `result` and `problems` as one outcome an item, matched by UUID: the answer is sorted by upload
 * date. An item that is in neither has no outcome here, and is tried again.
 */
export function batchOutcomes(
  items: readonly Item[],
  answer: BatchAnswer,
  reading: BatchReading,
): BatchOutcomes {
  const done = new Set<string>(answer.files.filter(reading.isDone).map(({ uuid }) => uuid));
  const outcomes = new Map<string, Outcome>();
  for (const item of items) {
    const uuid = uuidOf(item);
    const problem = answer.problems.get(uuid);
    // In both lists: the answer contradicts itself, and says nothing of the file.
    if (done.has(uuid) && problem !== undefined) continue;
    if (done.has(uuid)) outcomes.set(item.key, { kind: 'done' });
    else if (problem === MISSING) outcomes.set(item.key, reading.missing(item));
    else if (problem !== undefined) outcomes.set(item.key, failedBy(problem));
  }
  return outcomes;
}

/** The files that the items stand for at this step. */
export function uuidsOf(items: readonly Item[]): FileUuid[] {
  return items.map(uuidOf);
}

function failedBy(problem: string): Outcome {
  return { kind: 'failed', failure: { code: 'problem', message: problem } };
}
