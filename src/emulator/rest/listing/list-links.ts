import { formatCursorKey } from '../../protocol/wire-instant.ts';
import type { ListCursor } from './list-page.ts';

/** The URL of a listing: its base (scheme, host and path), and its query as the client sent it. */
export interface ListAddress {
  readonly base: string;
  readonly query: ReadonlyMap<string, string>;
  /**
   * Formats the key of a position for the URL. Default: as a time. A listing by size uses plain integers
   * (docs/uploadcare-api.md 1.7).
   */
  readonly keyText?: (key: number) => string;
}

/**
 * The URL of the next page: removes `to` from the query, and sets `from` and `offset` (docs/uploadcare-api.md
 * 1.7).
 */
export function nextLink(address: ListAddress, cursor: ListCursor | null): string | null {
  return cursor === null ? null : link(address, cursor, { drop: 'to', set: 'from' });
}

/**
 * The URL of the previous page: removes `from` from the query, and sets `to` and `offset`
 * (docs/uploadcare-api.md 1.7).
 */
export function previousLink(address: ListAddress, cursor: ListCursor | null): string | null {
  return cursor === null ? null : link(address, cursor, { drop: 'from', set: 'to' });
}

function link(
  address: ListAddress,
  cursor: ListCursor,
  names: { readonly drop: string; readonly set: string },
): string {
  const query = new Map(address.query);
  query.delete(names.drop);
  if (cursor.key === null) query.delete(names.set);
  else query.set(names.set, (address.keyText ?? formatCursorKey)(cursor.key));
  query.set('offset', String(cursor.offset));
  const pairs = [...query].map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return `${address.base}?${pairs.join('&')}`;
}

function encode(text: string): string {
  return encodeURIComponent(text)
    .replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
