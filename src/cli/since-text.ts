import type { ListingStart } from '../core/listing-start.ts';
import { plainText } from '../progress/terminal-text.ts';
import { formatInstant } from './text-table.ts';

/** Returns where the listing of a plan or a run starts, for a JSON document. */
export function sinceFact(since: ListingStart | null) {
  return since && { ...since, from: since.from === null ? null : formatInstant(since.from) };
}

/** Formats where the listing of a plan or a run starts as the row of a table; no row without `since`. */
export function sinceRow(since: ListingStart | null): string[][] {
  if (since === null) return [];
  const { from, run } = since;
  if (from === null) return [['since', 'lists all files: there is no earlier run to continue']];
  const continued = run === null ? '' : `, continues run ${plainText(run)}`;
  return [['since', `uploads after ${formatInstant(from)}${continued}`]];
}
