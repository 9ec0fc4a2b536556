// Planned parts of the format. ucbulk refuses them by name, so that no part of a job for a later version
// is ignored silently. Whoever implements one of them removes it here.

const KEYS: Readonly<Record<string, readonly string[]>> = {
  '': ['verify', 'notify', 'schedule', 'retry'],
  report: ['formats', 'directory', 'scope'],
};

const OPERATIONS: readonly string[] = [];

/** True for a planned key. `block` is a formatted path, such as `steps[0].with`. */
export function isLaterKey(block: string, key: string): boolean {
  const pattern = block.replaceAll(/\[\d+\]/g, '[]');
  return Object.hasOwn(KEYS, pattern) && (KEYS[pattern]?.includes(key) ?? false);
}

/** True for a planned operation. */
export function isLaterOperation(name: string): boolean {
  return OPERATIONS.includes(name);
}
