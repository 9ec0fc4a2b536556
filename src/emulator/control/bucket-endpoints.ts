import { createHash } from 'node:crypto';
import type { EmulatorState } from '../emulator-state.ts';
import { type EmulatorRequest, queryOf } from '../protocol/emulator-request.ts';
import { DEFAULT_ACCESS_KEY, S3_REQUEST_KINDS } from '../s3/access-keys.ts';
import { createBucketsView } from '../s3/emulated-buckets.ts';
import type { S3ObjectView } from '../s3/s3-object.ts';
import { type FieldChecks, readFields } from './read-fields.ts';

const OBJECT_FIELDS: FieldChecks = {
  text: 'string',
  base64: 'string',
  size: 'number',
  contentType: 'string',
  contentDisposition: 'string',
  metadata: 'object',
  storageClass: 'string',
  isRestored: 'boolean',
  hasClientKey: 'boolean',
  modified: 'number',
  etag: 'string',
};
const BUCKET_FIELDS: FieldChecks = {
  region: 'string',
  redirects: 'boolean',
  requesterPays: 'boolean',
  objects: 'object',
};
const SEEDED_FIELDS: FieldChecks = {
  count: 'number',
  seed: 'number',
  prefix: 'string',
  minBytes: 'number',
  maxBytes: 'number',
  modified: 'number',
};
const KEY_FIELDS: FieldChecks = {
  accessKeyId: 'string',
  secretAccessKey: 'string',
  sessionToken: 'string',
  expiresAt: 'number',
  allows: 'object',
};

/** Shows the keys, the buckets and the counts of requests. */
export function describeBuckets(state: EmulatorState): object {
  return {
    ...DEFAULT_ACCESS_KEY,
    buckets: [...state.s3.buckets.values()].map(({ name, region }) => ({ name, region })),
    requests: state.s3.requestCounts(),
  };
}

/** Creates a bucket. Body: `{"region": "eu-west-1", "objects": {"count": 1000}}`, or `{}` */
export function createBucket(state: EmulatorState, request: EmulatorRequest): object {
  const options = readFields(request, BUCKET_FIELDS);
  const { objects } = options;
  if (objects !== undefined) readFields({ body: JSON.stringify(objects) }, SEEDED_FIELDS);
  state.s3.create(nameIn(request, 'bucket'), options);
  return describeBuckets(state);
}

/** Writes an object. Body: `{"text": "hello", "contentType": "text/plain", "metadata": {"a": "b"}}` */
export function putBucketObject(state: EmulatorState, request: EmulatorRequest): object {
  const { text, base64, ...spec } = readFields(request, OBJECT_FIELDS);
  const bytes = base64 === undefined ? text : Buffer.from(String(base64), 'base64');
  const given = bytes === undefined ? spec : { ...spec, bytes: bytes as string | Buffer };
  const [bucket, key] = [nameIn(request, 'bucket'), nameIn(request, 'key')];
  return describeObject(viewOf(state).put(bucket, key, given));
}

/** Describes an object, with the SHA-256 of its bytes. */
export function describeBucketObject(state: EmulatorState, request: EmulatorRequest): object {
  const [bucket, key] = [nameIn(request, 'bucket'), nameIn(request, 'key')];
  const object = viewOf(state).find(bucket, key);
  if (object === undefined) throw new Error(`No object ${key} in the bucket ${bucket}`);
  const sha256 = createHash('sha256').update(object.bytes()).digest('hex');
  return { ...describeObject(object), sha256 };
}

/** Removes an object. */
export function removeBucketObject(state: EmulatorState, request: EmulatorRequest): object {
  const [bucket, key] = [nameIn(request, 'bucket'), nameIn(request, 'key')];
  return { removed: viewOf(state).remove(bucket, key) };
}

/** The objects of a bucket, in the order in which S3 lists them. */
export function* bucketObjects(state: EmulatorState, request: EmulatorRequest): Generator<object> {
  for (const object of viewOf(state).list(nameIn(request, 'bucket'))) yield describeObject(object);
}

/** Adds keys. Body: `{"accessKeyId": "…", "secretAccessKey": "…", "allows": ["list", "get"]}` */
export function addAccessKey(state: EmulatorState, request: EmulatorRequest): object {
  const { accessKeyId, secretAccessKey, allows, ...more } = readFields(request, KEY_FIELDS);
  if (typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string') {
    throw new Error('Expected `accessKeyId` and `secretAccessKey`');
  }
  const wanted: readonly unknown[] = Array.isArray(allows) ? allows : S3_REQUEST_KINDS;
  const kinds = S3_REQUEST_KINDS.filter((kind) => wanted.includes(kind));
  state.s3.addAccessKey({ ...more, accessKeyId, secretAccessKey, allows: kinds });
  return { accessKeyId, allows: kinds };
}

function viewOf(state: EmulatorState) {
  return createBucketsView(state.s3, () => state.clock.now());
}

function describeObject({ bytes: _bytes, ...object }: S3ObjectView): object {
  return object;
}

function nameIn(request: EmulatorRequest, name: 'bucket' | 'key'): string {
  const value = queryOf(request).get(name);
  if (value === undefined || value === '') throw new Error(`Expected \`${name}\` in the query`);
  return value;
}
