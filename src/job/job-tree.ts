import type { JobPath } from './job-path.ts';

/** The content of a job file: values with their offsets in the text. Aliases share a node. */
export type JobNode = JobBlock | JobList | JobValue;

/** Keys and values. Keys are unique. */
interface JobBlock {
  readonly kind: 'block';
  readonly at: number;
  readonly entries: readonly JobEntry[];
}

/** One key of a block. */
export interface JobEntry {
  readonly key: string;
  readonly keyAt: number;
  readonly node: JobNode;
}

/** A list. */
interface JobList {
  readonly kind: 'list';
  readonly at: number;
  readonly items: readonly JobNode[];
}

/** Text, a number, true, false or nothing. */
export interface JobValue {
  readonly kind: 'value';
  readonly at: number;
  readonly value: string | number | boolean | null;
  /**
   * - `file`: from the file
   * - `env`: from the environment, so messages hide it
   * - `broken`: its expression failed, which was reported
   */
  readonly origin: 'file' | 'env' | 'broken';
}

/** The target of a problem: a key, its value, or the block that lacks something. */
export type PointAt = 'key' | 'value' | 'block';

/** A problem at an offset of the text. */
export interface PlacedProblem {
  readonly offset: number;
  readonly message: string;
  readonly suggestion?: string | undefined;
}

/** Returns the plain value. Shared nodes become shared objects, so aliases can't make it large. */
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

/** Finds the node at a place; undefined if the file has none. */
export function nodeAt(root: JobNode, path: JobPath): JobNode | undefined {
  let node: JobNode | undefined = root;
  for (const part of path) node = node && (entryAt(node, part)?.node ?? itemAt(node, part));
  return node;
}

/** Finds the offset of a place, or of the nearest existing block around it. */
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
