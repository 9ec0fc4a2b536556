import type { MultipartUploads } from './multipart-uploads.ts';
import type { S3Object } from './s3-object.ts';
import { SeededObjects, type SeededObjectsOptions } from './seeded-objects.ts';
import { compareKeys, findPlace } from './utf8-order.ts';

/** Options of a bucket of the emulator. */
export interface BucketOptions {
  /** Default `us-east-1`. A request that is signed for another region gets an error with the right one. */
  readonly region?: string;
  /**
   * True if a request for the wrong region gets 301 PermanentRedirect. Default false: 400
   * AuthorizationHeaderMalformed.
   */
  readonly redirects?: boolean;
  /** True if requests without `x-amz-request-payer: requester` get 403. Default false. */
  readonly requesterPays?: boolean;
  /** Objects that the emulator generates from a seed. */
  readonly objects?: SeededObjectsOptions;
}

/** The objects that remote copies created in a bucket. */
export interface CopiedObjects {
  /** Changes whenever a copy is added or removed. */
  version(): number;
  keys(): Iterable<string>;
  find(key: string): S3Object | undefined;
  remove(key: string): boolean;
}

/** A bucket: objects that clients wrote, copies of files, and generated objects. */
export class Bucket {
  readonly name: string;
  readonly region: string;
  readonly redirects: boolean;
  readonly requesterPays: boolean;
  readonly uploads: MultipartUploads;
  readonly #own = new Map<string, S3Object>();
  readonly #copies: CopiedObjects;
  readonly #seeded: SeededObjects | null;
  readonly #removed = new Set<string>();
  #sorted: string[] | null = null;
  #sortedVersion = 0;

  constructor(
    name: string,
    options: BucketOptions,
    { copies, uploads }: { readonly copies: CopiedObjects; readonly uploads: MultipartUploads },
  ) {
    this.name = name;
    this.region = options.region ?? 'us-east-1';
    this.redirects = options.redirects ?? false;
    this.requesterPays = options.requesterPays ?? false;
    this.uploads = uploads;
    this.#copies = copies;
    this.#seeded = options.objects === undefined ? null : new SeededObjects(options.objects);
  }

  find(key: string): S3Object | undefined {
    const written = this.#own.get(key) ?? this.#copies.find(key);
    if (written !== undefined || this.#removed.has(key)) return written;
    return this.#seeded?.find(key);
  }

  /** True if a client wrote an object of this name, or the emulator generated one. */
  hasWritten(key: string): boolean {
    return this.#own.has(key) || (!this.#removed.has(key) && this.#seeded?.find(key) !== undefined);
  }

  /** Writes an object. It replaces an object of the same name. */
  put(object: S3Object): void {
    const { key } = object;
    this.#copies.remove(key);
    this.#hideSeeded(key);
    if (!this.#own.has(key)) this.#noteNewKey(key);
    this.#own.set(key, object);
  }

  remove(key: string): boolean {
    const isFound = this.find(key) !== undefined;
    this.#hideSeeded(key);
    if (this.#own.delete(key) || this.#copies.remove(key)) this.#sorted = null;
    return isFound;
  }

  /**
   * The objects in the order of the UTF-8 bytes of their keys, from `start`. `inclusive` decides whether an
   * object whose key is exactly `start` is one of them.
   */
  *objectsFrom(start: string, inclusive: boolean): Generator<S3Object> {
    const asked = { key: start, inclusive };
    const seeded = this.#seededFrom(asked);
    let next = seeded.next();
    const written = this.#writtenKeys();
    let place = findPlace(written.length, (at) => written[at] ?? '', asked);
    for (; place < written.length; place += 1) {
      const key = written[place] ?? '';
      for (; !next.done && compareKeys(next.value.key, key) < 0; next = seeded.next()) {
        yield next.value;
      }
      const object = this.find(key);
      if (object !== undefined) yield object;
    }
    for (; !next.done; next = seeded.next()) yield next.value;
  }

  *#seededFrom(asked: { readonly key: string; readonly inclusive: boolean }): Generator<S3Object> {
    const seeded = this.#seeded;
    if (seeded === null) return;
    let place = findPlace(seeded.count, (at) => seeded.keyAt(at), asked);
    for (; place < seeded.count; place += 1) {
      const object = seeded.objectAt(place);
      if (!this.#removed.has(object.key)) yield object;
    }
  }

  #hideSeeded(key: string): void {
    if (this.#seeded?.find(key) !== undefined) this.#removed.add(key);
  }

  #noteNewKey(key: string): void {
    const sorted = this.#sorted;
    if (sorted === null) return;
    const last = sorted.at(-1);
    if (last === undefined || compareKeys(last, key) < 0) sorted.push(key);
    else this.#sorted = null;
  }

  #writtenKeys(): readonly string[] {
    const version = this.#copies.version();
    if (this.#sorted !== null && this.#sortedVersion === version) return this.#sorted;
    this.#sorted = [...this.#own.keys(), ...this.#copies.keys()].sort(compareKeys);
    this.#sortedVersion = version;
    return this.#sorted;
  }
}
