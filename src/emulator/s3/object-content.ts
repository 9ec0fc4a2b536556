import { createHash } from 'node:crypto';
import { mixBits } from '../core/integer-hash.ts';

/** The bytes of an object. They need not be in memory: a range is read or generated when it is needed. */
export interface ObjectContent {
  readonly size: number;
  /** The ETag without quotation marks. */
  etag(): string;
  /** The bytes from `start` up to but not including `end`. */
  slice(start: number, end: number): Buffer;
}

/** The content of an object whose bytes are in memory. */
export function keptContent(bytes: Buffer, etag?: string): ObjectContent {
  let known = etag;
  return {
    size: bytes.length,
    etag: () => (known ??= md5(bytes)),
    slice: (start, end) => bytes.subarray(start, end),
  };
}

// Above this size, computing an MD5 would take too long. The ETag then has the form of a multipart upload.
const MAX_HASHED_BYTES = 64 * 1024 ** 2;
const PART_BYTES = 8 * 1024 ** 2;

/** The content of an object whose bytes follow from a seed. They are never kept in memory. */
export function seededContent(seed: number, size: number): ObjectContent {
  const slice = (start: number, end: number) => seededBytes(seed, start, Math.min(end, size));
  let known: string | undefined;
  return {
    size,
    etag: () => (known ??= size > MAX_HASHED_BYTES ? foreignEtag(seed, size) : md5(slice(0, size))),
    slice,
  };
}

/** An ETag in the form of a multipart upload. It does not follow from the bytes. */
export function foreignEtag(seed: number | string, size: number): string {
  const hash = createHash('md5').update(`${seed}/${size}`).digest('hex');
  return `${hash}-${Math.max(1, Math.ceil(size / PART_BYTES))}`;
}

export function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex');
}

// Each group of four bytes follows from the seed and its place, so that a range can be generated alone.
function seededBytes(seed: number, start: number, end: number): Buffer {
  const first = Math.floor(start / 4);
  const words = new Uint32Array(Math.max(0, Math.ceil(end / 4) - first));
  for (let index = 0; index < words.length; index += 1) {
    words[index] = mixBits(seed, first + index);
  }
  const offset = start - first * 4;
  return Buffer.from(words.buffer).subarray(offset, offset + Math.max(0, end - start));
}
