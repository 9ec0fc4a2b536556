import type { JsonValue } from '../core/json.ts';
import { mergeJoin } from '../core/merge-join.ts';
import type { KeyedEffect, ScratchEffects } from '../ledger/scratch-effects.ts';
import type { ExpectedObject } from '../operations/listed-object.ts';
import type { ObjectFacts } from '../s3/bucket.ts';
import { etagMd5 } from '../s3/etag.ts';
import type { ListedObject } from '../s3/list-answer.ts';
import { isFolderMarker } from '../s3/object-details.ts';
import type { BucketComparison } from './bucket-comparison.ts';
import type { FindOtherResults } from './other-results.ts';

/** The copies of a run in one bucket. */
interface Copies {
  /** Index of the bucket in the effects. */
  readonly index: number;
  /** Indexes of the steps that wrote to the bucket. */
  readonly steps: readonly number[];
  readonly findOthers: FindOtherResults;
  readonly keyOf: (seq: number) => string;
  readonly stepId: (step: number) => string;
  /** Records whether the object of an effect is as expected. */
  readonly settle: (effect: KeyedEffect, isAsExpected: boolean) => void;
}

interface Sides {
  readonly effects: ScratchEffects;
  readonly copies: Copies;
  readonly comparison: BucketComparison;
}

/** The facts that show whether an object is the copy. A listing does not show the encryption. */
type Found = Pick<ListedObject & ObjectFacts, 'size' | 'etag'> & Partial<ObjectFacts>;
type Expected = Pick<ExpectedObject, 'size' | 'md5'>;

/** Number of objects that are looked up together in the ledgers of other runs. */
const BATCH = 1000;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;

/**
 * Compares the objects that a run wrote with a new listing of their bucket. Reports the objects that are missing or
 * different, that the run did not write, and that are second copies of a file.
 */
export async function compareCopies(
  effects: ScratchEffects,
  copies: Copies,
  comparison: BucketComparison,
): Promise<void> {
  const expected = effects.inKeyOrder(copies.index);
  const sides = { effects, copies, comparison };
  let others: OtherObject[] = [];
  const report = async () => {
    await reportForeign(others, sides);
    others = [];
  };
  for await (const { left, right } of mergeJoin(expected, comparison.list())) {
    if (left !== null) await compareCopy(left, right, sides);
    else if (!isFolderMarker(right)) others.push({ key: right.key, file: fileOf(right.key) });
    if (others.length >= BATCH) await report();
  }
  await report();
}

/** UUID of the file of an object; empty if its key has none. */
function fileOf(key: string): string {
  return UUID.exec(key)?.[0] ?? '';
}

/** An object that the run did not write. Its key may name a file. */
interface OtherObject {
  readonly key: string;
  readonly file: string;
}

/** Reports the objects that neither the run wrote, nor another run of the same work. */
async function reportForeign(
  objects: readonly OtherObject[],
  { effects, copies, comparison }: Sides,
): Promise<void> {
  const files = [...new Set(objects.map(({ file }) => file))];
  const own = new Set(effects.find(copies.index, files).map(({ file }) => file));
  const found = copies.steps.map((step) => copies.findOthers(step, files));
  for (const { key, file } of objects) {
    const url = `${comparison.bucket}/${key}`;
    const isDouble = own.has(file);
    const isOther = found.some((results) => isCopy(url, results.get(file)?.['url']));
    if (isOther && !isDouble) {
      comparison.countOther();
      continue;
    }
    const fault = isDouble ? 'double' : 'foreign';
    const message = isDouble
      ? `is a second copy of file ${file}`
      : 'is no finished copy of the run';
    await comparison.report({ key, fault, item: null, step: null, message });
  }
}

/** True if the object is the copy with this URL, or its sidecar. */
function isCopy(object: string, copy: JsonValue | undefined): boolean {
  return typeof copy === 'string' && (object === copy || object === `${copy}.json`);
}

async function compareCopy(
  effect: KeyedEffect,
  listed: ListedObject | null,
  { copies, comparison }: Sides,
): Promise<void> {
  const { key, seq, step } = effect;
  const expected: Expected = JSON.parse(effect.expected);
  let found: Found | null = listed;
  if (findFault(expected, found) !== null) {
    const read = await comparison.read(key);
    if (read !== undefined) found = read;
  }
  const fault = findFault(expected, found);
  copies.settle(effect, fault === null);
  if (fault === null) {
    const isSizeOnly = expected.md5 === null || found?.etag !== expected.md5;
    comparison.countVerified({ isSizeOnly });
    return;
  }
  const place = { key, item: copies.keyOf(seq), step: copies.stepId(step) };
  await comparison.report({ ...place, ...fault });
}

/** How an object differs from the copy; null if it does not. The ETag is no MD5 for parts and for SSE-KMS. */
function findFault({ size, md5 }: Expected, found: Found | null) {
  if (found === null) return { fault: 'missing', message: 'does not exist' } as const;
  if (size !== null && found.size !== size) {
    return { fault: 'changed', message: `has ${found.size} bytes, and not ${size}` } as const;
  }
  const has = etagMd5(found);
  if (md5 === null || has === null || has === md5) return null;
  return { fault: 'changed', message: `has the MD5 ${has}, and not ${md5}` } as const;
}
