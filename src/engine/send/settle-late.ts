import type { ClassifiedError } from '../../core/failure.ts';
import type { Item } from '../../core/item.ts';
import type { SentItems } from '../../ledger/item-table.ts';
import type { ItemResult, TaskDependencies } from '../tasks/task.ts';
import { withFrozenTime } from '../tasks/task.ts';
import { answeredResult } from './answered-result.ts';
import type { ChunkAnswers } from './request-chunk.ts';

/** The answer to a request, or its failure. */
export type Answer =
  | { readonly kind: 'answered'; readonly answers: ChunkAnswers }
  | { readonly kind: 'failed'; readonly failure: ClassifiedError };

/** An answer that came after its request had counted as lost, such as that of a worker that stood still. */
export interface LateAnswer extends SentItems {
  readonly answer: Answer;
}

/**
 * Settles items that are in doubt, because the answer to their request came after all. An item that the answer does not
 * decide stays in doubt.
 */
export async function settleLate(late: LateAnswer, deps: TaskDependencies): Promise<void> {
  const moment = withFrozenTime(deps);
  await deps.journal.settleLate(late, (item) => resultOf(item, late, moment));
}

function resultOf(item: Item, { step, answer }: LateAnswer, deps: TaskDependencies) {
  if (answer.kind === 'answered') {
    if (!answer.answers.has(item.key)) return null;
    return answeredResult(item, answer.answers, { step, deps });
  }
  const released: ItemResult = { item, to: 'release', effect: 'none' };
  return answer.failure.effect === 'none' ? released : null;
}
