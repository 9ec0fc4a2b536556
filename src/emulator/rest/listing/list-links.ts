import { formatCursorKey } from '../../protocol/wire-instant.ts';
import type { ListCursor } from './list-page.ts';

/** Scheme, host and path of the listing, and its query as sent. */
export interface ListAddress {
  readonly base: string;
  readonly query: ReadonlyMap<string, string>;
  /** Formats a key; default: a time. Sizes are plain integers (api 1.7). */
  readonly keyText?: (key: number) => string;
}

/** The `next` URL: drops `to`, and replaces or appends `from` and `offset` (api 1.7). */
export function nextLink(address: ListAddress, cursor: ListCursor | null): string | null {
  return cursor === null ? null : link(address, cursor, { drop: 'to', set: 'from' });
}

/** The `previous` URL: the same with `from` and `to` exchanged (api 1.7). */
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
