import type { JsonObject } from '../core/json.ts';

/**
 * For each field, recognizes a value that may be a guess. Schema 1 stored this value if the listing had left
 * out the field.
 */
const GUESSES: Readonly<Record<string, (value: unknown) => boolean>> = {
  filename: (value) => value === '',
  mimeType: (value) => value === '',
  metadata: (value) => typeof value === 'object' && value !== null && isEmpty(value),
  tags: (value) => Array.isArray(value) && isEmpty(value),
};

/**
 * Removes facts that may be guesses from an item of schema 1. Schema 1 stored an empty value for a field that
 * the listing had left out, so an empty value proves nothing. This function is for ledgers that ucbulk only
 * reads. When ucbulk opens a ledger for writing, the migration to schema 2 does the same.
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
