import { createHash } from 'node:crypto';

/** What is known of an uploaded file's bytes. */
export interface Original {
  readonly size: number;
  /** Lower-case hex SHA-256; null where its parts could not be kept long enough to make it. */
  readonly sha256: string | null;
  /** Null where the emulator keeps no more bytes. */
  readonly bytes: Buffer | null;
}

const DEFAULT_KEPT_BYTES = 256 * 1024 ** 2;

/** The bytes of uploads, as many as it may keep; of the others the size and the checksum. */
export class OriginalStore {
  readonly #limit: number;
  readonly #originals = new Map<string, Original>();
  #kept = 0;

  constructor(limit: number = DEFAULT_KEPT_BYTES) {
    this.#limit = limit;
  }

  /** True where so many more bytes may be kept. */
  hasRoomFor(size: number): boolean {
    return this.#kept + size <= this.#limit;
  }

  /** Takes in a file whose bytes are all there. */
  put(uuid: string, bytes: Buffer): Original {
    const isKept = this.hasRoomFor(bytes.length);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    // A copy: the buffer may be a slice of a whole request.
    const original = { size: bytes.length, sha256, bytes: isKept ? Buffer.from(bytes) : null };
    if (isKept) this.#kept += bytes.length;
    this.#originals.set(uuid, original);
    return original;
  }

  /** Takes in a file of which only the size is left. */
  putSize(uuid: string, size: number): Original {
    const original = { size, sha256: null, bytes: null };
    this.#originals.set(uuid, original);
    return original;
  }

  find(uuid: string): Original | undefined {
    return this.#originals.get(uuid);
  }

  /** Lets a copy share the bytes of its source. */
  share(from: string, to: string): void {
    const original = this.#originals.get(from);
    if (original !== undefined) this.#originals.set(to, original);
  }

  /** All files of which bytes are kept, with those bytes. */
  *kept(): Generator<readonly [uuid: string, bytes: Buffer]> {
    for (const [uuid, { bytes }] of this.#originals) {
      if (bytes !== null) yield [uuid, bytes];
    }
  }
}
