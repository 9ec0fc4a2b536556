// Parts of the job file format that are planned for a later version. ucbulk reports them as "not supported
// yet". Whoever implements a part must remove it from this list.

const KEYS: Readonly<Record<string, readonly string[]>> = {
  '': ['schedule', 'retry'],
  report: ['formats', 'directory', 'scope'],
};

const OPERATIONS: readonly string[] = [];

/**
 * True if the key is planned for a later version. `block` is the position of the key's block, as a text such
 * as `steps[0].with`.
 */
export function isLaterKey(block: string, key: string): boolean {
  const pattern = block.replaceAll(/\[\d+\]/g, '[]');
  return Object.hasOwn(KEYS, pattern) && (KEYS[pattern]?.includes(key) ?? false);
}

/** True if the operation is planned. */
export function isLaterOperation(name: string): boolean {
  return OPERATIONS.includes(name);
}
