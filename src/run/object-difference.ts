/** How an object of a bucket differs from a run. */
export const OBJECT_FAULTS = ['missing', 'changed', 'foreign', 'double'] as const;

/**
 * - `missing`: the bucket does not have the object of an item.
 * - `changed`: the object has another content than in the run.
 * - `foreign`: neither the run nor another run of the same work has the object.
 * - `double`: the object is a second copy of a file.
 */
export type ObjectFault = (typeof OBJECT_FAULTS)[number];

/** An object of a bucket that is not as the run left it. */
export interface ObjectDifference {
  /** Such as `s3://shop-media`. */
  readonly bucket: string;
  readonly key: string;
  readonly fault: ObjectFault;
  /** Key of the item; null if the object belongs to none. */
  readonly item: string | null;
  /** Id of the step that wrote the object; null for a source. */
  readonly step: string | null;
  /** The difference as the end of a sentence about the object. */
  readonly message: string;
}

/** The result of the comparison of a run with a bucket. */
export interface VerifiedBucket {
  /** The bucket with its prefix, such as `s3://shop-media/products/`. */
  readonly url: string;
  /** `source`: the items come from it. `copies`: the run wrote to it. */
  readonly role: 'source' | 'copies';
  /** Number of objects in the listing. */
  readonly objects: number;
  /** Number of objects that are as the run left them. */
  readonly verified: number;
  /** Those of `verified` of which only the size was compared, because their ETag is no MD5. */
  readonly sizeOnly: number;
  /** Number of objects that other runs of the same work wrote. This run has not compared them. */
  readonly others: number;
  /** Number of differences of each kind. */
  readonly faults: Readonly<Record<ObjectFault, number>>;
}
