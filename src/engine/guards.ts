import { formatCount, formatCounted } from '../core/counted.ts';
import { type StateCounts, settledCount } from '../core/state-counts.ts';

/** When a run stops itself before it does more harm. */
export interface Guards {
  /** Most items the selection may have; null where any number is fine. */
  readonly maxItems: number | null;
  /** Most of what the source listed that may be selected, 0 to 1; null where all of it may. */
  readonly maxShare: number | null;
  /** Most failed items: a count, or a share (0 to 1) of those that have their outcome. */
  readonly maxFailures: { readonly count: number } | { readonly share: number } | null;
}

/** How much was selected, and of how much: known at the end of the walk, null before. */
export interface Selected {
  readonly selected: number;
  readonly listed: number | null;
}

/** A share says nothing of a handful of items. */
const LEAST_FAILURES_FOR_SHARE = 10;

/** What is wrong with the selection, in words; null where nothing is. */
export function checkSelection(guards: Guards, walked: Selected): string | null {
  const { maxItems, maxShare } = guards;
  const { listed, selected } = walked;
  if (maxItems !== null && selected > maxItems) {
    return `The selection has at least ${formatCounted(selected, 'item')}, more than guard.maxItems allows (${formatCount(maxItems)}).`;
  }
  if (maxShare !== null && listed !== null && selected > maxShare * listed) {
    return `The selection has ${formatCount(selected)} of the ${formatCounted(listed, 'item')} that the source lists, more than guard.maxShare allows (${percentOf(maxShare)}).`;
  }
  return null;
}

/** Why failures are too many to go on, in words; null where they are not. */
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
  return `${formatCount(counts.failed)} of ${formatCounted(settled, 'item')} failed, more than guard.maxFailures allows (${percentOf(maxFailures.share)}).`;
}

function percentOf(share: number): string {
  return `${Number((share * 100).toFixed(3))}%`;
}
