import type { Item } from '../../core/item.ts';
import { isFinal } from '../../core/item-state.ts';
import type { PlacedItem } from '../../ledger/item-row.ts';

/**
 * True if the check must decide about an item that is missing from its page. False if the item has ended, or
 * if a delete that ucbulk sent earlier may be the reason.
 */
export function isUnsettled(item: PlacedItem, step: number): boolean {
  if (item.step !== step) return !isFinal(item.state);
  const isOpen = item.state === 'pending' || item.state === 'running';
  return isOpen && item.openSends === 0;
}

/** The `seq`s of the items of each page, by page number. */
export function byPage(items: readonly Item[]): Map<number, number[]> {
  const pages = new Map<number, number[]>();
  for (const item of items) {
    const no = 'page' in item ? Number(item.page) : 0;
    const seqs = pages.get(no);
    if (seqs === undefined) pages.set(no, [item.seq]);
    else seqs.push(item.seq);
  }
  return pages;
}
