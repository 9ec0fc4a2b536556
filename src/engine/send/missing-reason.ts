import type { Item } from '../../core/item.ts';
import type { SeenAs } from '../../core/item-kind.ts';
import type { Outcome } from '../../core/outcome.ts';

/**
 * The reason for a missing file, as far as it is known: `expired` only if the listing showed it unstored or
 * a step of this run made it; `gone` if the service listed it; otherwise `missing`.
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
