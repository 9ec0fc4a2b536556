const LIMIT_KEYS = ['limit', 'max', 'maxItems', 'items', 'count', 'first', 'take'];
const LIMIT =
  'to limit the number of items, write limits: { items: 20 }, or use --limit 20; guard.maxItems stops a run that selects more';

/**
 * Explains an unknown key such as `limit`. The user probably wants to limit the number of items. Returns null
 * for any other key. `block` is the position of the key's block, as a text.
 */
export function explainLimit(block: string, key: string): string | null {
  if (block === 'source.files' && key === 'limit') {
    return `was the page size, which is now pageSize; ${LIMIT}`;
  }
  if (block === '' && key === 'limit') return LIMIT;
  if (block === 'limits') return key === 'maxItems' ? LIMIT : null;
  const isSelection = block === 'where' || /^source(?:\.|$)/.test(block);
  return isSelection && LIMIT_KEYS.includes(key) ? LIMIT : null;
}
