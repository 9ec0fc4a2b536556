import { URL_DETAIL } from '../core/item-url.ts';
import type { JsonObject } from '../core/json.ts';
import { composed } from '../core/same-text.ts';
import type { ListRow } from './list-rows.ts';
import type { Candidate } from './source.ts';

/** Creates the item of a row: with the key of the item itself, or with that in the row's key column. */
export function createCandidate(
  found: string,
  {
    columns,
    row,
    keyColumn,
  }: {
    /** The columns to store with the item. */
    readonly columns: JsonObject;
    readonly row: Pick<ListRow, 'columns'>;
    readonly keyColumn: string | undefined;
  },
): Candidate | { readonly fault: string } {
  if (keyColumn === undefined) return toCandidate(found, withColumns(columns));
  const key = readRowKey(row.columns, keyColumn);
  if ('fault' in key) return key;
  return toCandidate(key.key, { [URL_DETAIL]: found, ...withColumns(columns) });
}

function withColumns(columns: JsonObject): JsonObject {
  return Object.keys(columns).length > 0 ? { columns } : {};
}

function toCandidate(key: string, details: JsonObject): Candidate {
  return { key, facts: null, ...(Object.keys(details).length > 0 && { details }) };
}

const MAX_KEY_LENGTH = 4096;

/** Reads the key of a row: a text or a whole number that a ledger and a report can show. */
function readRowKey(
  columns: JsonObject,
  column: string,
): { readonly key: string } | { readonly fault: string } {
  const place = JSON.stringify(column.slice(0, 60));
  const name = Object.keys(columns).find((one) => composed(one) === composed(column));
  const value = name === undefined ? undefined : columns[name];
  const key = Number.isSafeInteger(value) || typeof value === 'string' ? String(value).trim() : '';
  if (key === '') return { fault: `has no key in the column ${place}: give each row one` };
  if (key.length > MAX_KEY_LENGTH) {
    return { fault: `has a key of more than ${MAX_KEY_LENGTH} characters in the column ${place}` };
  }
  if (/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\uFFFD]/u.test(key)) {
    return { fault: `has a key with a control or damaged character in the column ${place}` };
  }
  return { key };
}
