import { loopingListing } from '../ledger/page-table.ts';
import type { Source, SourcePage } from '../sources/source.ts';

/**
 * Reads a source from its first page to its last, and yields each page with its cursor. Throws a
 * `ClassifiedError` if the listing leads back to an earlier page.
 */
export async function* readPages(
  source: Source,
  signal: AbortSignal,
): AsyncGenerator<{ readonly page: SourcePage; readonly cursor: string | null }> {
  const read = new Set<string | null>();
  let cursor: string | null = null;
  do {
    if (read.has(cursor)) throw loopingListing(cursor);
    read.add(cursor);
    signal.throwIfAborted();
    const page: SourcePage = await source.readPage(cursor, signal);
    yield { page, cursor };
    cursor = page.next;
  } while (cursor !== null);
}
