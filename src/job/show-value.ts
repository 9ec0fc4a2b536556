import type { JobNode } from './job-tree.ts';

/** Formats a value for messages. Hides a value from the environment, because it may be a secret. */
export function showValue(node: JobNode | undefined, value: unknown): string {
  if (node?.kind === 'value' && node.origin === 'env') return 'a value from the environment';
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a block of keys';
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : String(value);
}
