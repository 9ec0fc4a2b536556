import { formatCount, formatCounted } from '../../core/counted.ts';
import { type EffectCount, formatEffect, largestEffect } from '../../core/effect-count.ts';
import { type StateCounts, settledCount } from '../../core/state-counts.ts';

/** Limits that stop a run when it exceeds them. */
export interface Guards {
  /**
   * Maximum number of selected items. It also limits the number of effects (deletes, payments) of each
   * operation. Null for no limit.
   */
  readonly maxItems: number | null;
  /**
   * Maximum share of the listed items, from 0 to 1. It limits the selected items, and the effects of each
   * operation. Null for no limit.
   */
  readonly maxShare: number | null;
  /** Maximum number of failed items, or maximum share (0 to 1) of the finished items that may fail. */
  readonly maxFailures: { readonly count: number } | { readonly share: number } | null;
  /** Number of first items after which the run asks whether to continue. Null for no canary. */
  readonly canary: number | null;
}

/** Sizes of the selection and of the listing. */
export interface Selected {
  readonly selected: number;
  /**
   * Number of deletes and payments by operation. If several steps delete or pay, one item has several
   * effects.
   */
  readonly effects: readonly EffectCount[];
  readonly listed: number | null;
}

/** A limit on the share of failures applies only from this number of finished items on. */
const LEAST_FAILURES_FOR_SHARE = 10;

/** Describes the guard that the selection exceeds; null if it exceeds none. */
export function checkSelection(guards: Guards, walked: Selected): string | null {
  const { maxItems, maxShare } = guards;
  const { listed, selected } = walked;
  if (maxItems !== null && selected > maxItems) {
    return `The selection has at least ${formatCounted(selected, 'item')}, more than guard.maxItems allows (${formatCount(maxItems)}).`;
  }
  if (maxShare !== null && listed !== null && selected > maxShare * listed) {
    return `The selection has ${formatCount(selected)} of the ${formatCounted(listed, 'item')} that the source lists, more than guard.maxShare allows (${formatPercent(maxShare)}).`;
  }
  const largest = largestEffect(walked.effects);
  return largest === null ? null : checkEffect(guards, largest, listed);
}

/**
 * Describes the guard that the effects of an operation exceed; null if they exceed none. Guards count effects
 * and not items: two delete steps with 40 items are 80 deletes.
 */
function checkEffect(
  { maxItems, maxShare }: Guards,
  effect: EffectCount,
  listed: number | null,
): string | null {
  if (maxItems !== null && effect.count > maxItems) {
    return `The run would ${formatEffect(effect)}, more than guard.maxItems allows (${formatCount(maxItems)}).`;
  }
  if (maxShare !== null && listed !== null && effect.count > maxShare * listed) {
    return `The run would ${formatEffect(effect)} of the ${formatCounted(listed, 'item')} that the source lists, more than guard.maxShare allows (${formatPercent(maxShare)}).`;
  }
  return null;
}

/** Describes why the run must stop because of its failures; null if it may continue. */
export function checkFailures(guards: Guards, counts: StateCounts): string | null {
  const { maxFailures } = guards;
  if (maxFailures === null || counts.failed === 0) return null;
  if ('count' in maxFailures) {
    if (counts.failed <= maxFailures.count) return null;
    return `${formatCounted(counts.failed, 'item')} failed, more than guard.maxFailures allows (${formatCount(maxFailures.count)}).`;
  }
  const settled = settledCount(counts);
  const most = Math.max(maxFailures.share * settled, LEAST_FAILURES_FOR_SHARE);
  if (counts.failed <= most) return null;
  return `${formatCount(counts.failed)} of ${formatCounted(settled, 'item')} failed, more than guard.maxFailures allows (${formatPercent(maxFailures.share)}).`;
}

function formatPercent(share: number): string {
  return `${Number((share * 100).toFixed(3))}%`;
}
