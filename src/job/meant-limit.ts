const LIMIT_KEYS = ['limit', 'max', 'maxItems', 'items', 'count', 'first', 'take'];
const NO_LIMIT =
  "this version can't limit the number of items. guard.maxItems stops a run that selects more, and --dry-run counts them";

/**
 * Explains an unknown key such as `limit`. The user probably wants to limit the number of items, but jobs
 * have no such limit. Returns null for any other key. `block` is the position of the key's block, as a text.
 */
export function explainLimit(block: string, key: string): string | null {
  if (block === 'source.files' && key === 'limit') {
    return `was the page size, which is now pageSize; ${NO_LIMIT}`;
  }
  if (block === '' && key === 'limit') return NO_LIMIT;
  if (block === 'limits') return key === 'items' || key === 'maxItems' ? NO_LIMIT : null;
  const isSelection = block === 'where' || /^source(?:\.|$)/.test(block);
  return isSelection && LIMIT_KEYS.includes(key) ? NO_LIMIT : null;
}
