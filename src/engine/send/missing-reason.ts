import type { Item } from '../../core/item.ts';
import type { SeenAs } from '../../core/item-kind.ts';
import type { Outcome } from '../../core/outcome.ts';

/**
 * Corrects the reason of an item that was skipped because its file does not exist. The reason depends on how
 * the source showed the file:
 * - `expired`: the listing showed the file as not stored, or a step of this run made it;
 * - `gone`: the listing showed the file as stored;
 * - `missing`: the source did not show the file, for example because it is a list.
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
