import { createHash } from 'node:crypto';
import type { ItemKey } from '../core/item.ts';

/** One of several disjoint shares of a selection: share `index` of `count`, counted from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** A part of a selection that only the keys of the items decide, so that every process draws the same part. */
export interface Draw {
  /** Share of the items to take, above 0 and at most 1. Absent for all. */
  readonly sample?: number | undefined;
  /** Absent for all. */
  readonly shard?: Shard | undefined;
}

const HASH_BYTES = 6;
const HASH_VALUES = 2 ** (8 * HASH_BYTES);

/**
 * Creates a function that decides by the hash of its key whether an item belongs to the draw. Returns null if
 * the draw takes every item. A sample of 1% is a part of the sample of 2% of the same items. Samples and
 * shards use different hashes, so each shard has about the same share of a sample.
 */
export function createDraw({ sample, shard }: Draw): ((key: ItemKey) => boolean) | null {
  const isAll = sample === undefined || sample >= 1;
  const isWhole = shard === undefined || shard.count === 1;
  if (isAll && isWhole) return null;
  return (key) =>
    (isAll || hashKey('sample', key) < sample * HASH_VALUES) &&
    (isWhole || hashKey('shard', key) % shard.count === shard.index - 1);
}

/** A hash of the key, from 0 to 2^48 - 1. It differs between purposes. */
function hashKey(purpose: 'sample' | 'shard', key: ItemKey): number {
  const digest = createHash('sha256').update(`${purpose}:${key}`).digest();
  return digest.readUIntBE(0, HASH_BYTES);
}
