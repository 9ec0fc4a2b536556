/** A position in a sorted list: after all items with the key `key` and the next `offset` items. */
interface KeysetCursor {
  /**
   * The key of the last items before the skipped ones. Null if there are no such items, so that the offset
   * counts from the start of the list.
   */
  readonly key: number | null;
  readonly offset: number;
}

/** The requested page of a sorted list (docs/uploadcare-api.md 1.7). */
export interface KeysetQuery {
  readonly step: 1 | -1;
  readonly limit: number;
  readonly from: number | null;
  readonly to: number | null;
  readonly offset: number;
}

/** One page, in the requested order, and the positions at which the next and the previous page start. */
export interface KeysetPage<Item> {
  readonly items: readonly Item[];
  readonly next: KeysetCursor | null;
  readonly previous: KeysetCursor | null;
}

/**
 * Selects a page of a list that is sorted by a number, such as groups by time or files by size. Several items
 * can have the same number, so `query.offset` says how many items after `query.from` or `query.to` are
 * skipped. This is an assumption (docs/uploadcare-api.md 15.7): no recording of the real service shows such a
 * case.
 */
export function keysetPage<Item>(
  ascending: readonly Item[],
  keyOf: (item: Item) => number,
  query: KeysetQuery,
): KeysetPage<Item> {
  const list = query.step === 1 ? ascending : [...ascending].reverse();
  const { start, end } = rangeOf(list, keyOf, query);
  const items = list.slice(start, end);
  const isBackward = query.from === null && query.to !== null;
  const isFirstPage = query.from === null && query.to === null && query.offset === 0;
  const next = end < list.length ? cursorAfter(list, keyOf, end - 1) : null;
  const hasPrevious = items.length > 0 && !isFirstPage && (!isBackward || start > 0);
  return { items, next, previous: hasPrevious ? cursorBefore(list, keyOf, query, start) : null };
}

function rangeOf<Item>(
  list: readonly Item[],
  keyOf: (item: Item) => number,
  { step, limit, from, to, offset }: KeysetQuery,
): { start: number; end: number } {
  const isPast = (item: Item, key: number) => (keyOf(item) - key) * step > 0;
  if (from === null && to !== null) {
    const first = list.findIndex((item) => (keyOf(item) - to) * step >= 0);
    const end = Math.max(0, (first < 0 ? list.length : first) - offset);
    return { start: Math.max(0, end - limit), end };
  }
  const first = from === null ? 0 : list.findIndex((item) => isPast(item, from));
  const start = (first < 0 ? list.length : first) + offset;
  return { start: Math.min(start, list.length), end: Math.min(start + limit, list.length) };
}

// Returns the position after an item. Normally its key is enough. If the next item has the same key, the
// position has the key before this one, and an offset that counts the items up to this item.
function cursorAfter<Item>(
  list: readonly Item[],
  keyOf: (item: Item) => number,
  place: number,
): KeysetCursor {
  const key = keyAt(list, keyOf, place);
  if (keyAt(list, keyOf, place + 1) !== key) return { key, offset: 0 };
  let first = place;
  while (first > 0 && keyAt(list, keyOf, first - 1) === key) first -= 1;
  return { key: keyAt(list, keyOf, first - 1), offset: place + 1 - first };
}

function cursorBefore<Item>(
  list: readonly Item[],
  keyOf: (item: Item) => number,
  { step }: KeysetQuery,
  place: number,
): KeysetCursor {
  const key = keyAt(list, keyOf, place);
  if (place === 0 || keyAt(list, keyOf, place - 1) !== key) return { key, offset: 0 };
  let last = place;
  while (keyAt(list, keyOf, last + 1) === key) last += 1;
  const beyond = keyAt(list, keyOf, last + 1) ?? (key ?? 0) + step;
  return { key: beyond, offset: last - place + 1 };
}

function keyAt<Item>(
  list: readonly Item[],
  keyOf: (item: Item) => number,
  place: number,
): number | null {
  const item = list[place];
  return item === undefined ? null : keyOf(item);
}
