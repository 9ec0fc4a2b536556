import type { JobPath } from './job-path.ts';

/**
 * The content of a job file: values with their offsets in the text. A YAML alias is represented by the same
 * object as the node that it refers to.
 */
export type JobNode = JobBlock | JobList | JobValue;

/** A YAML map or JSON object: unique keys with their values. */
interface JobBlock {
  readonly kind: 'block';
  readonly at: number;
  readonly entries: readonly JobEntry[];
}

export interface JobEntry {
  readonly key: string;
  readonly keyAt: number;
  readonly node: JobNode;
}

interface JobList {
  readonly kind: 'list';
  readonly at: number;
  readonly items: readonly JobNode[];
}

/** A value without parts: a text, a number, true, false or null. */
export interface JobValue {
  readonly kind: 'value';
  readonly at: number;
  readonly value: string | number | boolean | null;
  /**
   * The origin of the value:
   * - `file`: the job file
   * - `env`: an environment variable. Messages hide such a value
   * - `broken`: an expression that failed. This was already reported
   */
  readonly origin: 'file' | 'env' | 'broken';
}

/**
 * The part of the file that a message points at: a key, its value, or the block in which something is
 * missing.
 */
export type PointAt = 'key' | 'value' | 'block';

/** A problem at an offset in the text of the job file. */
export interface PlacedProblem {
  readonly offset: number;
  readonly message: string;
  readonly suggestion?: string | undefined;
}

/**
 * Converts the tree to plain values. A node that several aliases share becomes one object, so a small file
 * with many aliases can't use up the memory.
 */
export function toPlain(node: JobNode, made = new Map<JobNode, unknown>()): unknown {
  if (node.kind === 'value') return node.value;
  const known = made.get(node);
  if (known !== undefined) return known;
  const plain =
    node.kind === 'list'
      ? node.items.map((item) => toPlain(item, made))
      : Object.fromEntries(node.entries.map(({ key, node }) => [key, toPlain(node, made)]));
  made.set(node, plain);
  return plain;
}

/** Lists the parts of a block or list with their keys or indexes; nothing for a value. */
export function listChildren(node: JobNode): (readonly [string | number, JobNode])[] {
  if (node.kind === 'block') return node.entries.map(({ key, node }) => [key, node] as const);
  return node.kind === 'list' ? node.items.map((item, index) => [index, item] as const) : [];
}

/** Finds the node at a position; undefined if there is none. */
export function nodeAt(root: JobNode, path: JobPath): JobNode | undefined {
  let node: JobNode | undefined = root;
  for (const part of path) node = node && (entryAt(node, part)?.node ?? itemAt(node, part));
  return node;
}

/**
 * Finds the offset of a position in the text. If the position does not exist, uses the nearest block around
 * it.
 */
export function offsetAt(root: JobNode, path: JobPath, what: PointAt): number {
  const last = path.at(-1);
  if (last === undefined) return root.at;
  const block = nodeAt(root, path.slice(0, -1));
  if (block === undefined) return offsetAt(root, path.slice(0, -1), 'block');
  const entry = entryAt(block, last);
  if (entry === undefined) return itemAt(block, last)?.at ?? block.at;
  const isEmpty = entry.node.kind === 'value' && entry.node.value === null;
  return what === 'value' && !isEmpty ? entry.node.at : entry.keyAt;
}

function entryAt(node: JobNode, part: string | number): JobEntry | undefined {
  return node.kind === 'block' ? node.entries.find(({ key }) => key === part) : undefined;
}

function itemAt(node: JobNode, part: string | number): JobNode | undefined {
  return node.kind === 'list' && typeof part === 'number' ? node.items[part] : undefined;
}
