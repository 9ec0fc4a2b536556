import { loopingListing } from '../ledger/page-table.ts';

/** A source, or a listing that is read page by page. */
interface Paged<Page> {
  /** Reads a page; `cursor` is null for the first page. */
  readPage(cursor: string | null, signal: AbortSignal): Promise<Page>;
}

/**
 * Reads a source or listing from its first page to its last, and yields each page with its cursor. Throws a
 * `ClassifiedError` if the listing leads back to an earlier page.
 */
export async function* readPages<Page extends { readonly next: string | null }>(
  source: Paged<Page>,
  signal: AbortSignal,
): AsyncGenerator<{ readonly page: Page; readonly cursor: string | null }> {
  const read = new Set<string | null>();
  let cursor: string | null = null;
  do {
    if (read.has(cursor)) throw loopingListing(cursor);
    read.add(cursor);
    signal.throwIfAborted();
    const page: Page = await source.readPage(cursor, signal);
    yield { page, cursor };
    cursor = page.next;
  } while (cursor !== null);
}
