import { mergeJoin } from '../core/merge-join.ts';
import { createDraw } from '../filters/item-draw.ts';
import type { Job } from '../job/job-schema.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import type { Bucket, ObjectFacts } from '../s3/bucket.ts';
import type { ListedObject } from '../s3/list-answer.ts';
import { type ObjectDetails, readObjectDetails } from '../s3/object-details.ts';
import { compileObjectSelection } from '../sources/bucket-source.ts';
import type { BucketComparison } from './bucket-comparison.ts';

/** An item of a run from a bucket. */
interface SourceObject {
  readonly key: string;
  readonly details: ObjectDetails;
  /** True if this run, or an earlier one, made a file from the object. */
  readonly hasFile: boolean;
}

/** The parts of an object that show its version. */
type Version = Pick<ListedObject & ObjectFacts, 'size' | 'etag'>;

/**
 * Compares the items of a run with a new listing of the bucket from which they came. Reports the objects that are
 * gone, that changed, and that the run does not have. The ledger contains the items in the order of the listing.
 */
export async function compareSource(
  reader: LedgerReader,
  { job, bucket }: { readonly job: Job; readonly bucket: Pick<Bucket, 'prefix'> },
  comparison: BucketComparison,
): Promise<void> {
  const isWanted = compileWanted(reader, job);
  const isWhole = hasWholeListing(reader, job);
  let hasEnded = false;
  const objects = sourceObjects(reader, () => {
    hasEnded = true;
  });
  for await (const { left: item, right: listed } of mergeJoin(objects, comparison.list())) {
    if (item !== null) {
      if (item.hasFile) await compareItem(item, listed, comparison);
      continue;
    }
    if (hasEnded && !isWhole) break;
    if (!isWanted(listed, bucket.prefix)) continue;
    const message = 'is not in the run; a new run of the job imports it';
    await comparison.report({ key: listed.key, fault: 'foreign', item: null, step: null, message });
  }
}

/** True if the run has all objects of the bucket that the job selects. */
function hasWholeListing(reader: LedgerReader, { limits }: Job): boolean {
  const { items } = limits;
  return (
    reader.begun().walkFinished && (items === undefined || reader.items.counts().total < items)
  );
}

/** Returns a function that decides whether a run of the job takes an object. */
function compileWanted(reader: LedgerReader, { source, where }: Job) {
  const { asOf, createdAt } = reader.begun();
  const now = { earliest: asOf ?? createdAt, latest: asOf ?? createdAt };
  if (source.kind !== 'bucket') throw new Error('The source of the run is no bucket');
  const selects = compileObjectSelection(source.bucket, { where, now });
  const isInPart = createDraw(where);
  return (object: ListedObject, prefix: string) =>
    isInPart?.(object.key) !== false && selects(object, prefix);
}

function* sourceObjects(reader: LedgerReader, onEnd: () => void): Generator<SourceObject> {
  for (const { record } of reader.runItems({})) {
    const { key, state, reason } = record;
    const details = readObjectDetails(record);
    if (details === null) continue;
    const hasFile = state === 'done' || (state === 'skipped' && reason === 'done before');
    yield { key, details, hasFile };
  }
  onEnd();
}

async function compareItem(
  { key, details }: SourceObject,
  listed: ListedObject | null,
  comparison: BucketComparison,
): Promise<void> {
  if (findFault(details, listed) === null) {
    comparison.countVerified();
    return;
  }
  const read = await comparison.read(key);
  const found = findFault(details, read === undefined ? listed : read);
  if (found === null) comparison.countVerified();
  else await comparison.report({ key, item: key, step: null, ...found });
}

/** How an object differs from the one that the run listed; null if it does not. */
function findFault({ size, etag }: ObjectDetails, found: Version | null) {
  if (found === null) {
    return { fault: 'missing', message: 'was deleted after the run listed it' } as const;
  }
  const isSame = found.size === size && (etag === null || found.etag === etag);
  if (isSame) return null;
  const message = `changed after the run listed it: it has ${found.size} bytes and the ETag ${found.etag}, and not ${size} bytes and ${etag}; a new run of the job imports it`;
  return { fault: 'changed', message } as const;
}
