import { createHash } from 'node:crypto';

/** An uploaded file: its size, and its checksum and bytes if the emulator knows them. */
export interface Original {
  readonly size: number;
  /** SHA-256 in lower-case hex. Null for a multipart upload whose parts were not kept until its end. */
  readonly sha256: string | null;
  /** The bytes of the file. Null if the emulator did not keep them. */
  readonly bytes: Buffer | null;
}

const DEFAULT_KEPT_BYTES = 256 * 1024 ** 2;

/**
 * Keeps uploaded bytes in memory up to a limit. If an upload exceeds the limit, keeps only its size and
 * checksum.
 */
export class OriginalStore {
  readonly #limit: number;
  readonly #originals = new Map<string, Original>();
  #kept = 0;

  constructor(limit: number = DEFAULT_KEPT_BYTES) {
    this.#limit = limit;
  }

  /** True if this number of bytes can be kept without exceeding the limit. */
  hasRoomFor(size: number): boolean {
    return this.#kept + size <= this.#limit;
  }

  /** Adds an uploaded file whose bytes are all present. */
  put(uuid: string, bytes: Buffer): Original {
    const isKept = this.hasRoomFor(bytes.length);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    // Copies the bytes: `bytes` may be a part of a larger buffer with the whole request, which would stay in
    // memory.
    const original = { size: bytes.length, sha256, bytes: isKept ? Buffer.from(bytes) : null };
    if (isKept) this.#kept += bytes.length;
    this.#originals.set(uuid, original);
    return original;
  }

  /** Adds an uploaded file whose bytes were not kept. Only its size is known. */
  putSize(uuid: string, size: number): Original {
    const original = { size, sha256: null, bytes: null };
    this.#originals.set(uuid, original);
    return original;
  }

  find(uuid: string): Original | undefined {
    return this.#originals.get(uuid);
  }

  /** Records that the file `to` has the same bytes as the file `from`, because it is a copy. */
  share(from: string, to: string): void {
    const original = this.#originals.get(from);
    if (original !== undefined) this.#originals.set(to, original);
  }

  /** The files whose bytes are in memory, and these bytes. */
  *kept(): Generator<readonly [uuid: string, bytes: Buffer]> {
    for (const [uuid, { bytes }] of this.#originals) {
      if (bytes !== null) yield [uuid, bytes];
    }
  }
}
