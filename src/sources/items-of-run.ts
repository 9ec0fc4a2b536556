import * as z from 'zod';
import type { Candidate, SourcePage } from './source.ts';

/** Number of items of the earlier run that are read for a page. */
const PAGE_ITEMS = 1000;
const STEP_ID = { error: 'the id of a step of that run' };

/** The schema of the id of a step of an earlier run. */
export const stepIdSchema = z.string(STEP_ID).min(1, STEP_ID).max(100, STEP_ID);

/**
 * Reads a page of a source whose candidates come from some items of an earlier run. The cursor is the number of the last
 * item that was read. Only the last page may have no candidates, so this reads more items until one has a candidate.
 */
export async function readItemPage(
  { cursor, signal }: { readonly cursor: string | null; readonly signal: AbortSignal },
  read: (page: {
    readonly after: number;
    readonly limit: number;
  }) => Promise<{ readonly candidates: readonly Candidate[]; readonly last: number | null }>,
): Promise<SourcePage> {
  for (let after = Number(cursor ?? 0); ; ) {
    signal.throwIfAborted();
    const { candidates, last } = await read({ after, limit: PAGE_ITEMS });
    const next = last === null ? null : String(last);
    if (candidates.length > 0 || last === null) return { candidates, next };
    after = last;
  }
}
