import { deriveSeed } from '../core/integer-hash.ts';
import { type AccessKey, DEFAULT_ACCESS_KEY, type S3RequestKind } from './access-keys.ts';
import type { BucketOptions } from './bucket.ts';
import { keptContent, seededContent } from './object-content.ts';
import {
  PLAIN_OBJECT,
  type S3Object,
  type S3ObjectSpec,
  type S3ObjectView,
  viewObject,
} from './s3-object.ts';
import type { S3Service } from './s3-service.ts';

/** A multipart upload that is neither complete nor aborted. */
export interface OpenUploadView {
  readonly key: string;
  readonly uploadId: string;
  /** The numbers of the parts that arrived. */
  readonly parts: readonly number[];
}

/** Gives tests access to the buckets: they read and change objects without requests. */
export interface EmulatedBuckets {
  /** The keys with which a client may use every bucket. They protect nothing. */
  readonly accessKey: Readonly<Required<Pick<AccessKey, 'accessKeyId' | 'secretAccessKey'>>>;
  /** Creates a bucket. If it exists already, it loses its objects. */
  create(bucket: string, options?: BucketOptions): void;
  /** Writes an object as a client would. Creates the bucket if it does not exist. */
  put(bucket: string, key: string, object?: S3ObjectSpec | Buffer | string): S3ObjectView;
  /** An object. Undefined if the bucket does not have it. */
  find(bucket: string, key: string): S3ObjectView | undefined;
  /** Removes an object. Returns false if there is none. */
  remove(bucket: string, key: string): boolean;
  /** All objects of a bucket, in the order in which S3 lists them. */
  list(bucket: string): Iterable<S3ObjectView>;
  /** The multipart uploads that are neither complete nor aborted. */
  openUploads(bucket: string): OpenUploadView[];
  /** Adds keys, e.g. with a session token, or with fewer rights. Replaces keys with the same id. */
  addAccessKey(key: AccessKey): void;
  /** Removes keys. Requests that they signed get 403 InvalidAccessKeyId. */
  removeAccessKey(accessKeyId: string): void;
  /** How many requests of each kind arrived, including those that failed. */
  requestCounts(): Readonly<Record<S3RequestKind, number>>;
}

const DEFAULT_SIZE = 1024;

/** `now` returns the emulated time in ms since 1970. */
export function createBucketsView(s3: S3Service, now: () => number): EmulatedBuckets {
  return {
    accessKey: DEFAULT_ACCESS_KEY,
    create: (bucket, options) => void s3.create(bucket, options),
    put(bucket, key, given = {}) {
      const isPlain = typeof given === 'string' || Buffer.isBuffer(given);
      const object = specifiedObject(key, isPlain ? { bytes: given } : given, now());
      s3.open(bucket).put(object);
      return viewObject(object);
    },
    find(bucket, key) {
      const object = s3.buckets.get(bucket)?.find(key);
      return object === undefined ? undefined : viewObject(object);
    },
    remove: (bucket, key) => s3.buckets.get(bucket)?.remove(key) ?? false,
    *list(bucket) {
      for (const object of s3.buckets.get(bucket)?.objectsFrom('', true) ?? []) {
        yield viewObject(object);
      }
    },
    openUploads: (bucket) =>
      (s3.buckets.get(bucket)?.uploads.list() ?? []).map(({ key, uploadId, parts }) => ({
        key,
        uploadId,
        parts: [...parts.keys()].sort((a, b) => a - b),
      })),
    addAccessKey: (key) => s3.addAccessKey(key),
    removeAccessKey: (accessKeyId) => void s3.accessKeys.delete(accessKeyId),
    requestCounts: () => s3.requestCounts(),
  };
}

function specifiedObject(key: string, spec: S3ObjectSpec, nowMs: number): S3Object {
  const { bytes, size = DEFAULT_SIZE, contentDisposition } = spec;
  const content =
    bytes === undefined
      ? seededContent(deriveSeed(key, 'object'), size)
      : keptContent(Buffer.from(bytes));
  const { etag } = spec;
  return {
    ...PLAIN_OBJECT,
    key,
    content: etag === undefined ? content : { ...content, etag: () => etag },
    modified: spec.modified ?? Math.floor(nowMs),
    contentType: spec.contentType ?? PLAIN_OBJECT.contentType,
    headers: contentDisposition === undefined ? {} : { 'content-disposition': contentDisposition },
    metadata: spec.metadata ?? {},
    storageClass: spec.storageClass ?? PLAIN_OBJECT.storageClass,
    isRestored: spec.isRestored ?? false,
    hasClientKey: spec.hasClientKey ?? false,
  };
}
