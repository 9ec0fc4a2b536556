import { ClassifiedError } from '../../core/failure.ts';
import type { Item } from '../../core/item.ts';
import { afterFailure } from '../failure/after-failure.ts';
import { firstPollAt } from '../service-state/job-durations.ts';
import type { ItemResult, TaskDependencies } from '../tasks/task.ts';
import { withMissingReason } from './missing-reason.ts';
import type { ChunkAnswers } from './request-chunk.ts';

/** The result of an item according to the answer to its request. */
export function answeredResult(
  item: Item,
  answers: ChunkAnswers,
  { step, deps }: { step: number; deps: TaskDependencies },
): ItemResult {
  const answer = answers.get(item.key);
  if (answer === undefined)
    return afterFailure(item, { failure: UNNAMED, step, intended: true, deps });
  if (answer.kind !== 'started') {
    const outcome = withMissingReason(answer, item, deps.operation.seenAs);
    const result = { item, to: 'outcome', outcome } as const;
    const { shape } = deps.operation;
    const isNotStarted = shape === 'remote' && answer.kind !== 'done';
    // An upload may fail after it made a file.
    const isRefused = shape !== 'transfer' && answer.kind === 'failed';
    return isNotStarted || isRefused ? { ...result, effect: 'none' } : result;
  }
  return { item, to: 'waiting', token: answer.token, notBefore: firstPollAt(answer.token, deps) };
}

const UNNAMED = new ClassifiedError({
  kind: 'transient',
  effect: 'unknown',
  code: 'missing_in_answer',
  message: 'The answer has the item neither in `result` nor in `problems`',
});
