const WORDS = ['limit', 'max', 'maxItems', 'items', 'count', 'first', 'take'];
const NO_LIMIT =
  'this version has no limit of items. guard.maxItems stops a run that selects more, and --dry-run counts them';

/**
 * Words for a key that reads as "only so many items", which no job can say; null for any other key.
 * `block` is a path as problems print it.
 */
export function explainLimit(block: string, key: string): string | null {
  if (block === 'source.files' && key === 'limit') {
    return `was the size of a page, and is now pageSize; ${NO_LIMIT}`;
  }
  if (block === '' && key === 'limit') return NO_LIMIT;
  if (block === 'limits') return key === 'items' || key === 'maxItems' ? NO_LIMIT : null;
  const isSelection = block === 'where' || /^source(?:\.|$)/.test(block);
  return isSelection && WORDS.includes(key) ? NO_LIMIT : null;
}
