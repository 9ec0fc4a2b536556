import type { JsonObject } from '../core/json.ts';

/** Functions that recognize the value that schema 1 stored for a field if the listing omitted the field. */
const GUESSES: Readonly<Record<string, (value: unknown) => boolean>> = {
  filename: (value) => value === '',
  mimeType: (value) => value === '',
  metadata: (value) => typeof value === 'object' && value !== null && isEmpty(value),
  tags: (value) => Array.isArray(value) && isEmpty(value),
};

/**
 * Removes guessed facts from the details of an item of schema 1, in which an empty field may have been unknown.
 * The migration to schema 2 does the same when a ledger is opened for writing.
 */
export function withoutGuesses(details: JsonObject | null): JsonObject | null {
  const file = details?.['file'];
  if (typeof file !== 'object' || file === null || Array.isArray(file)) return details;
  const known = Object.entries(file).filter(([field, value]) => GUESSES[field]?.(value) !== true);
  return { ...details, file: Object.fromEntries(known) };
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}
