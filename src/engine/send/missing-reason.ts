import type { Item } from '../../core/item.ts';
import type { SeenAs } from '../../core/item-kind.ts';
import type { Outcome } from '../../core/outcome.ts';

/**
 * Adds the reason why a file is missing to a failure, as far as ucbulk knows it. `expired`: the listing
 * showed the file as not stored, or a step of this run made it. `gone`: the listing showed the file as
 * stored. `missing`: any other case.
 */
export function withMissingReason(
  outcome: Outcome,
  { file }: Pick<Item, 'file'>,
  seenAs: SeenAs | undefined,
): Outcome {
  if (outcome.kind !== 'skipped' || !['gone', 'expired'].includes(outcome.reason)) return outcome;
  if (seenAs === undefined || file !== null) return outcome;
  if (seenAs === 'unseen') return { ...outcome, reason: 'missing' };
  return seenAs === 'listed' ? { ...outcome, reason: 'gone' } : outcome;
}
