import type { WriteKind } from '../../ledger/group-commit.ts';
import type { RecordedStep } from '../tasks/step-items.ts';
import type { ItemResult } from '../tasks/task.ts';

/**
 * True if ucbulk can send the requests of a step again without harm, because they set something of one file,
 * such as its metadata (guarantees W1). Such a request needs no intent. A payment is not repeatable. A delete
 * is not repeatable either: the repeated delete finds no file, and is reported as the delete of somebody else.
 */
export function isRepeatable({ paid, operation }: RecordedStep): boolean {
  const { shape, doubt, destructive } = operation;
  return shape === 'each' && doubt.class === 'idempotent' && paid === null && !destructive;
}

/**
 * Decides whether results must be safe from a power cut before ucbulk continues (`GroupCommit`). A lost
 * result does no harm if the request is repeatable, or if the answer to its repetition shows the result.
 * Only items that are done may wait: a failure may have to stop the run at once.
 */
export function recordKind(
  step: RecordedStep | undefined,
  results: readonly ItemResult[],
): WriteKind {
  const mayRepeat = step !== undefined && (isRepeatable(step) || isShownByReplay(step));
  return mayRepeat && results.every(isDone) ? 'deferred-record' : 'record';
}

function isShownByReplay({
  paid,
  operation: { shape, doubt, destructive },
}: RecordedStep): boolean {
  const isReplayed = doubt.class === 'detectable' && doubt.probe === 'replay';
  return shape === 'each' && isReplayed && paid === null && !destructive;
}

function isDone(result: ItemResult): boolean {
  return result.to === 'outcome' && result.outcome.kind === 'done';
}
