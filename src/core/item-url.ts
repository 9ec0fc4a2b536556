import type { Item } from './item.ts';

/** The key of an item's details that contains its URL, if a list identifies its items by another column. */
export const URL_DETAIL = 'sourceUrl';

/** The URL of an item from a list of URLs: its key, unless the list identifies its items by another column. */
export function itemUrl({ key, details }: Pick<Item, 'key' | 'details'>): string {
  const url = details?.[URL_DETAIL];
  return typeof url === 'string' ? url : key;
}
