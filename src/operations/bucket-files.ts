import type { Bucket } from '../s3/bucket.ts';
import { readObjectDetails } from '../s3/object-details.ts';
import { type CheckedObject, checkObject, type ObjectKeeping } from './bucket-object.ts';
import { changedFile, type LocalFile, type LocalFiles } from './local-files.ts';

/** Number of bytes in one read of an object. */
const READ_BYTES = 2 * 1024 * 1024;
/** Maximum number of reads whose bytes are in memory at the same time. Together they hold 64 MiB. */
const READS_AT_ONCE = 32;

/** Limits the number of reads whose bytes are in memory. */
class ReadSlots {
  #free = READS_AT_ONCE;
  readonly #waiting: (() => void)[] = [];

  async take(): Promise<void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  give(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}

/**
 * Creates the access to the objects of a bucket for an upload. Each read names the ETag of the listing, so that all bytes
 * come from the version that was listed. An object that has changed lets only its own item fail.
 */
export function createBucketFiles(
  open: () => Promise<Bucket>,
  keeping: ObjectKeeping,
  signal: AbortSignal = new AbortController().signal,
): LocalFiles {
  const slots = new ReadSlots();
  return {
    async open(item) {
      const bucket = await open();
      const details = readObjectDetails(item);
      if (details === null) throw new Error('The item is not an object of a bucket');
      const object = await checkObject(bucket, { details, keeping }, signal);
      return objectFile(bucket, { object, slots, signal });
    },
  };
}

function objectFile(
  bucket: Bucket,
  { object, slots, signal }: { object: CheckedObject; slots: ReadSlots; signal: AbortSignal },
): LocalFile {
  const { details, facts, name, metadata, tags } = object;
  const { key, size, etag, modifiedAt } = details;
  const isMd5 = /^[0-9a-f]{32}$/.test(etag ?? '') && !/kms/.test(facts.encryption ?? '');
  return {
    path: `${bucket.name}/${key}`,
    name,
    size,
    modifiedAt: modifiedAt ?? 0,
    object: {
      metadata,
      tags,
      contentType: facts.contentType ?? 'application/octet-stream',
      md5: isMd5 ? etag : null,
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
      await slots.take();
      try {
        const bytes = await bucket.read(key, { from, length, etag }, signal);
        if (bytes.length !== length) throw changedFile(`${bucket.name}/${key}`);
        yield bytes;
      } finally {
        slots.give();
      }
    }
  }
}
