import type { FileFacts } from '../../core/file-facts.ts';
import type { PlacedItem } from '../../ledger/item-row.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { PageRecord } from '../../ledger/page-table.ts';
import type { Candidate } from '../../sources/source.ts';
import type { FreshLook } from './changed-facts.ts';
import type { SelectedItem, Selection } from './selection.ts';

interface Dependencies {
  readonly ledger: Ledger;
  readonly selection: Selection;
}

/**
 * Stores the facts of the selected files of a page, for `ucbulk evidence`. Must be called in the transaction of
 * the page. The page of an inventory is older than the run. The facts of its files are stored when the page is
 * listed again, which happens before each delete.
 */
export function keepListed(
  { ledger, selection }: Dependencies,
  page: Pick<PageRecord, 'no' | 'checkedAt'>,
  { listed, items }: { listed: readonly Candidate[]; items: readonly SelectedItem[] },
): void {
  if (selection.evidenceFrom !== 'listing' || page.checkedAt === 0) return;
  const wanted = new Set(items.map(({ key }) => key));
  const isWanted = ({ key }: Candidate) => wanted.delete(key);
  ledger.evidence.addPage(page.no, page.checkedAt, knownFiles(listed.filter(isWanted)));
}

/**
 * Stores the facts that have changed when a page is listed again, for items that are not deleted yet. Must be
 * called in the transaction of the check.
 */
export function keepChanged(
  { ledger, selection }: Dependencies,
  { page, seen, judged, checkedAt }: { page: PageRecord; checkedAt: number } & FreshLook,
  isUnsettled: (item: PlacedItem) => boolean,
): void {
  if (selection.evidenceFrom !== 'listing') return;
  const items = ledger.items.ofPage(page).filter(isUnsettled);
  const files = items.map(({ seq, key }) => ({
    facts: judged.get(seq)?.facts ?? seen.get(key) ?? null,
  }));
  ledger.evidence.addChanges(page.no, checkedAt, knownFiles(files));
}

function knownFiles(listed: readonly { readonly facts: FileFacts | null }[]): FileFacts[] {
  return listed.flatMap(({ facts }) => facts ?? []);
}
