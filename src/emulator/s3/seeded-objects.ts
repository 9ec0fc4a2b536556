import { deriveSeed, mixBits, unitInterval } from '../core/integer-hash.ts';
import { type ObjectContent, seededContent } from './object-content.ts';
import { PLAIN_OBJECT, type S3Object } from './s3-object.ts';

/** Objects that the emulator generates from a seed. They take no memory, so a million of them are no problem. */
export interface SeededObjectsOptions {
  readonly count: number;
  /** Default 1. */
  readonly seed?: number;
  /** The beginning of every key. Default: empty. */
  readonly prefix?: string;
  /** Smallest and largest size in bytes. Default 1,000 and 20,000. */
  readonly minBytes?: number;
  readonly maxBytes?: number;
  /** The time of the last change of every object, in ms since 1970. Default: the start of 2026. */
  readonly modified?: number;
}

// Objects share a limited number of contents, so that the emulator computes only this many MD5 sums.
const CONTENTS = 1024;
const FOLDER_SIZE = 1000;
const TYPES = [
  ['jpg', 'image/jpeg'],
  ['png', 'image/png'],
  ['pdf', 'application/pdf'],
  ['txt', 'text/plain'],
] as const;
const FIRST_OF_2026 = Date.UTC(2026, 0, 1);

/** The generated objects of a bucket, in the order of their keys. */
export class SeededObjects {
  readonly count: number;
  readonly #prefix: string;
  readonly #seed: number;
  readonly #modified: number;
  readonly #contents: ObjectContent[];

  constructor(options: SeededObjectsOptions) {
    const { seed = 1, minBytes = 1000, maxBytes = 20_000 } = options;
    this.count = options.count;
    this.#prefix = options.prefix ?? '';
    this.#seed = deriveSeed(seed, 'objects');
    this.#modified = options.modified ?? FIRST_OF_2026;
    this.#contents = Array.from({ length: CONTENTS }, (_, number) => {
      const bits = mixBits(deriveSeed(seed, 'sizes'), number);
      const size = minBytes + Math.floor(unitInterval(bits) * (maxBytes - minBytes + 1));
      return seededContent(mixBits(this.#seed, number), size);
    });
  }

  keyAt(place: number): string {
    const folder = String(Math.floor(place / FOLDER_SIZE)).padStart(6, '0');
    return `${this.#prefix}${folder}/${String(place).padStart(9, '0')}.${this.#type(place)[0]}`;
  }

  objectAt(place: number): S3Object {
    const content = this.#contents[mixBits(this.#seed, place) % CONTENTS];
    if (content === undefined) throw new RangeError(`No object ${place}`);
    // Every field is written out, because spreading an object takes longer than the rest of the listing.
    return {
      key: this.keyAt(place),
      content,
      modified: this.#modified,
      contentType: this.#type(place)[1],
      headers: PLAIN_OBJECT.headers,
      metadata: PLAIN_OBJECT.metadata,
      storageClass: PLAIN_OBJECT.storageClass,
      isRestored: false,
      hasClientKey: false,
    };
  }

  find(key: string): S3Object | undefined {
    if (!key.startsWith(this.#prefix)) return undefined;
    const digits = /^\d+\/(\d+)\.\w+$/.exec(key.slice(this.#prefix.length))?.[1];
    const place = Number(digits ?? Number.NaN);
    const isKnown = place < this.count && this.keyAt(place) === key;
    return isKnown ? this.objectAt(place) : undefined;
  }

  #type(place: number): (typeof TYPES)[number] {
    return TYPES[mixBits(this.#seed ^ 1, place) % TYPES.length] ?? TYPES[0];
  }
}
