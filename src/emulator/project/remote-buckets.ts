import { GrowingColumn } from '../core/growing-column.ts';

/** An object that a remote copy created in a bucket. */
export interface BucketObject {
  readonly bucket: string;
  readonly key: string;
  /** Number of the project to which the copied file belongs. */
  readonly project: number;
  readonly ref: number;
  readonly isPublic: boolean;
  /** Emulated time of the copy, microseconds since 1970. */
  readonly at: number;
}

/**
 * The buckets to which remote copies write. To save memory, an object is stored as its key and one row of
 * numbers.
 */
export class RemoteBuckets {
  readonly #rows = new Map<string, Map<string, number>>();
  readonly #isTaken: (bucket: string, key: string) => boolean;
  #version = 0;
  readonly #projects = new GrowingColumn(Uint8Array);
  readonly #refs = new GrowingColumn(Int32Array);
  readonly #public = new GrowingColumn(Uint8Array);
  readonly #times = new GrowingColumn(Float64Array);

  /** `isTaken` returns true if a client wrote an object of this name to the bucket. */
  constructor(isTaken: (bucket: string, key: string) => boolean = () => false) {
    this.#isTaken = isTaken;
  }

  /** A number that changes whenever an object is added or removed. */
  get version(): number {
    return this.#version;
  }

  /**
   * Adds an object. Returns false and changes nothing if the bucket already has an object of this name
   * (docs/uploadcare-api.md 3.7).
   */
  put(object: BucketObject): boolean {
    let keys = this.#rows.get(object.bucket);
    if (keys === undefined) {
      keys = new Map();
      this.#rows.set(object.bucket, keys);
    }
    if (keys.has(object.key) || this.#isTaken(object.bucket, object.key)) return false;
    this.#version += 1;
    keys.set(object.key, this.#refs.length);
    this.#projects.push(object.project);
    this.#refs.push(object.ref);
    this.#public.push(object.isPublic ? 1 : 0);
    this.#times.push(object.at);
    return true;
  }

  get(bucket: string, key: string): BucketObject | undefined {
    const row = this.#rows.get(bucket)?.get(key);
    return row === undefined ? undefined : this.#object(bucket, key, row);
  }

  keys(bucket: string): Iterable<string> {
    return this.#rows.get(bucket)?.keys() ?? [];
  }

  /** Removes an object. Returns false if there is none of this name. */
  remove(bucket: string, key: string): boolean {
    const isRemoved = this.#rows.get(bucket)?.delete(key) ?? false;
    if (isRemoved) this.#version += 1;
    return isRemoved;
  }

  /** The number of objects in each bucket. */
  sizes(): Record<string, number> {
    return Object.fromEntries([...this.#rows].map(([bucket, keys]) => [bucket, keys.size]));
  }

  /** The objects of a bucket, oldest first. Each is created only when the caller reads it, to save memory. */
  *objects(bucket: string): Generator<BucketObject> {
    for (const [key, row] of this.#rows.get(bucket) ?? []) yield this.#object(bucket, key, row);
  }

  #object(bucket: string, key: string, row: number): BucketObject {
    return {
      bucket,
      key,
      project: this.#projects.at(row),
      ref: this.#refs.at(row),
      isPublic: this.#public.at(row) === 1,
      at: this.#times.at(row),
    };
  }
}
