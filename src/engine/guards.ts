import { type StateCounts, settledCount } from '../core/state-counts.ts';

/** When a run stops itself before it does more harm. */
export interface Guards {
  /** Most items the selection may have; null where any number is fine. */
  readonly maxItems: number | null;
  /** Most failed items: a count, or a share (0 to 1) of those that have their outcome. */
  readonly maxFailures: { readonly count: number } | { readonly share: number } | null;
}

/** A share says nothing of a handful of items. */
const LEAST_FAILURES_FOR_SHARE = 10;

/** What is wrong with the finished selection, in words; null where nothing is. */
export function checkSelection(guards: Guards, selected: number): string | null {
  if (guards.maxItems === null || selected <= guards.maxItems) return null;
  return `The selection has at least ${selected} items, more than guard.maxItems allows (${guards.maxItems}). Nothing was done. Narrow the filter, or raise the guard and go on with \`ucbulk resume --job FILE\`.`;
}

/** Why failures are too many to go on, in words; null where they are not. */
export function checkFailures(guards: Guards, counts: StateCounts): string | null {
  const { maxFailures } = guards;
  if (maxFailures === null || counts.failed === 0) return null;
  if ('count' in maxFailures) {
    if (counts.failed <= maxFailures.count) return null;
    return `${counts.failed} items failed, more than guard.maxFailures allows (${maxFailures.count}).`;
  }
  const settled = settledCount(counts);
  const most = Math.max(maxFailures.share * settled, LEAST_FAILURES_FOR_SHARE);
  if (counts.failed <= most) return null;
  const percent = (maxFailures.share * 100).toFixed(1).replace(/\.0$/, '');
  return `${counts.failed} of ${settled} items failed, more than guard.maxFailures allows (${percent}%).`;
}
