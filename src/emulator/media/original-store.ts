import { createHash } from 'node:crypto';

/** The bytes of an uploaded file, or their size and checksum. */
export interface Original {
  readonly size: number;
  /** SHA-256 in lower-case hex; null if its parts were not kept until the end. */
  readonly sha256: string | null;
  /** Null if the emulator does not keep the bytes. */
  readonly bytes: Buffer | null;
}

const DEFAULT_KEPT_BYTES = 256 * 1024 ** 2;

/** The bytes of uploads up to a limit; of other uploads, only size and checksum. */
export class OriginalStore {
  readonly #limit: number;
  readonly #originals = new Map<string, Original>();
  #kept = 0;

  constructor(limit: number = DEFAULT_KEPT_BYTES) {
    this.#limit = limit;
  }

  /** True if so many more bytes can be kept. */
  hasRoomFor(size: number): boolean {
    return this.#kept + size <= this.#limit;
  }

  /** Adds a file with all its bytes. */
  put(uuid: string, bytes: Buffer): Original {
    const isKept = this.hasRoomFor(bytes.length);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    // A copy: the buffer may be a slice of a whole request.
    const original = { size: bytes.length, sha256, bytes: isKept ? Buffer.from(bytes) : null };
    if (isKept) this.#kept += bytes.length;
    this.#originals.set(uuid, original);
    return original;
  }

  /** Adds a file of which only the size is known. */
  putSize(uuid: string, size: number): Original {
    const original = { size, sha256: null, bytes: null };
    this.#originals.set(uuid, original);
    return original;
  }

  find(uuid: string): Original | undefined {
    return this.#originals.get(uuid);
  }

  /** Gives a copy the bytes of its source. */
  share(from: string, to: string): void {
    const original = this.#originals.get(from);
    if (original !== undefined) this.#originals.set(to, original);
  }

  /** The files whose bytes are kept, with the bytes. */
  *kept(): Generator<readonly [uuid: string, bytes: Buffer]> {
    for (const [uuid, { bytes }] of this.#originals) {
      if (bytes !== null) yield [uuid, bytes];
    }
  }
}
