import type { BucketRequests } from '../core/bucket-requests.ts';
import type { Bucket } from '../s3/bucket.ts';
import { etagMd5 } from '../s3/etag.ts';
import { readObjectDetails } from '../s3/object-details.ts';
import { type CheckedObject, checkObject, type ObjectKeeping } from './bucket-object.ts';
import { ByteBudget } from './byte-budget.ts';
import type { BilledItem } from './descriptor.ts';
import { changedFile, type LocalFile, type LocalFiles } from './local-files.ts';

/** Number of bytes in one read of an object: half of a part of an upload. */
const READ_BYTES = 2.5 * 1024 * 1024;
/** Maximum number of bytes in memory, of all objects together. */
const MEMORY_BYTES = 64 * 1024 * 1024;

/**
 * Creates the access to the objects of a bucket for an upload. Each read names the ETag of the listing, so that all
 * bytes come from the version that was listed. If an object has changed, only its own item fails.
 */
export function createBucketFiles(open: () => Promise<Bucket>, keeping: ObjectKeeping): LocalFiles {
  const budget = new ByteBudget(MEMORY_BYTES);
  return {
    async open(item, signal) {
      const bucket = await open();
      const details = readObjectDetails(item);
      if (details === null) throw new Error('The item is not an object of a bucket');
      const object = await checkObject(bucket, { details, keeping }, signal);
      return objectFile(bucket, { object, budget, signal });
    },
  };
}

/** The requests to the bucket for the upload of an object. Without a known size, it counts as one read. */
export function uploadRequests({ size, isObject }: BilledItem): BucketRequests {
  return isObject ? { HEAD: 1, GET: size === null ? 1 : Math.ceil(size / READ_BYTES) } : {};
}

function objectFile(
  bucket: Bucket,
  { object, budget, signal }: { object: CheckedObject; budget: ByteBudget; signal: AbortSignal },
): LocalFile {
  const { details, facts, name, metadata, tags } = object;
  const { key, size, etag, modifiedAt } = details;
  return {
    path: `${bucket.name}/${key}`,
    name,
    size,
    modifiedAt: modifiedAt ?? 0,
    object: {
      metadata,
      tags,
      contentType: facts.contentType ?? 'application/octet-stream',
      md5: etagMd5({ ...facts, etag }),
      isPinned: etag !== null,
    },
    part(from, length) {
      const end = Math.min(size, from + length);
      return { size: end - from, open: () => readRanges({ from, end }) };
    },
  };

  async function* readRanges(range: { from: number; end: number }): AsyncGenerator<Uint8Array> {
    for (let from = range.from; from < range.end; from += READ_BYTES) {
      const length = Math.min(READ_BYTES, range.end - from);
      const free = await budget.take(length);
      try {
        const bytes = await bucket.read(key, { from, length, etag }, signal);
        if (bytes.length !== length) throw changedFile(`${bucket.name}/${key}`);
        yield bytes;
      } finally {
        free();
      }
    }
  }
}
