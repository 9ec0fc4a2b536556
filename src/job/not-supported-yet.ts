// What the format will have. It is refused by name, so that nothing is left out in silence and a
// job written for a later version says so. An issue that builds one of these removes it here.

const KEYS: Readonly<Record<string, readonly string[]>> = {
  '': ['verify', 'notify', 'schedule', 'retry'],
  report: ['formats', 'directory', 'scope'],
};

const OPERATIONS: readonly string[] = [];

/** `block` is a path as problems print it, e.g. `steps[0].with`. */
export function isLaterKey(block: string, key: string): boolean {
  const pattern = block.replaceAll(/\[\d+\]/g, '[]');
  return Object.hasOwn(KEYS, pattern) && (KEYS[pattern]?.includes(key) ?? false);
}

/** True for an operation that this version does not have, and a later one will. */
export function isLaterOperation(name: string): boolean {
  return OPERATIONS.includes(name);
}
