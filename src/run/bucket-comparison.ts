import { ClassifiedError } from '../core/failure.ts';
import type { Bucket, ObjectFacts } from '../s3/bucket.ts';
import type { ListedObject } from '../s3/list-answer.ts';
import { listObjects } from '../sources/bucket-order.ts';
import type { ObjectDifference, ObjectFault, VerifiedBucket } from './object-difference.ts';

/** Receives the differences of objects. */
export type OnObjectDifference = (difference: ObjectDifference) => void | Promise<void>;

/** The requests that a comparison has sent. */
export interface BucketTraffic {
  pages: number;
  requests: number;
}

/** Maximum number of objects that are read alone, to confirm a difference. */
const MAX_READS = 1000;

/** A comparison of a run with one bucket: its listing, its counts and its differences. */
export class BucketComparison {
  readonly #bucket: Bucket;
  readonly #signal: AbortSignal;
  readonly #traffic: BucketTraffic;
  readonly #onDifference: OnObjectDifference;
  readonly #faults: Record<ObjectFault, number> = { missing: 0, changed: 0, foreign: 0, double: 0 };
  #objects = 0;
  #verified = 0;
  #sizeOnly = 0;
  #others = 0;
  #reads = 0;

  constructor(
    bucket: Bucket,
    {
      signal,
      traffic,
      onDifference,
    }: {
      readonly signal: AbortSignal;
      readonly traffic: BucketTraffic;
      readonly onDifference: OnObjectDifference;
    },
  ) {
    this.#bucket = bucket;
    this.#signal = signal;
    this.#traffic = traffic;
    this.#onDifference = onDifference;
  }

  /** The bucket, such as `s3://shop-media`. */
  get bucket(): string {
    return this.#bucket.name;
  }

  /** Lists the bucket with one request for each 1000 objects. */
  async *list(): AsyncGenerator<ListedObject> {
    const onPage = () => {
      this.#traffic.pages += 1;
      this.#traffic.requests += 1;
    };
    for await (const object of listObjects(this.#bucket, { signal: this.#signal, onPage })) {
      this.#objects += 1;
      yield object;
    }
  }

  /**
   * Reads an object alone before a difference is reported, because a listing may lag behind. Returns undefined if it
   * can't be read or too many were read already, and null if the object does not exist.
   */
  async read(key: string): Promise<ObjectFacts | null | undefined> {
    if (this.#reads >= MAX_READS) return;
    this.#reads += 1;
    this.#traffic.requests += 1;
    try {
      return await this.#bucket.head(key, this.#signal);
    } catch (error) {
      // For example, an object that is encrypted with a key of the customer can't be read.
      if (error instanceof ClassifiedError && error.kind === 'permanent') return;
      throw error;
    }
  }

  /** Counts an object that is as expected. */
  countVerified({ isSizeOnly = false } = {}): void {
    this.#verified += 1;
    if (isSizeOnly) this.#sizeOnly += 1;
  }

  /** Counts a copy that another run wrote. */
  countOther(): void {
    this.#others += 1;
  }

  /** Counts and reports a difference. */
  async report(difference: Omit<ObjectDifference, 'bucket'>): Promise<void> {
    this.#faults[difference.fault] += 1;
    await this.#onDifference({ bucket: this.#bucket.name, ...difference });
  }

  /** The counts of the comparison. */
  result(role: VerifiedBucket['role']): VerifiedBucket {
    return {
      url: `${this.#bucket.name}/${this.#bucket.prefix}`,
      role,
      objects: this.#objects,
      verified: this.#verified,
      sizeOnly: this.#sizeOnly,
      others: this.#others,
      faults: this.#faults,
    };
  }
}
