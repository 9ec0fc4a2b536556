import type { EmulatorResponse } from '../protocol/emulator-request.ts';
import { includesEtag } from './answer-object.ts';
import type { Bucket } from './bucket.ts';
import { keptContent, md5 } from './object-content.ts';
import { PLAIN_OBJECT, type S3Object } from './s3-object.ts';
import { S3Refusal, s3Refusals } from './s3-refusal.ts';
import type { S3Request } from './s3-request.ts';

const KEPT_HEADERS = [
  'content-disposition',
  'content-encoding',
  'content-language',
  'cache-control',
  'expires',
];
const MAX_KEY_BYTES = 1024;
const MAX_METADATA_BYTES = 2048;
const METADATA_PREFIX = 'x-amz-meta-';

/** Answers PUT of an object: writes the body of the request. */
export function putObject(bucket: Bucket, s3: S3Request): EmulatorResponse {
  if (s3.request.headers['x-amz-copy-source'] !== undefined) {
    throw s3Refusals.notImplemented('x-amz-copy-source');
  }
  const described = describeObject(s3);
  checkMd5(s3);
  checkWriteConditions(bucket, s3);
  const bytes = Buffer.from(s3.body);
  const etag = md5(bytes);
  bucket.put({ ...described, content: keptContent(bytes, etag) });
  return { status: 200, headers: { etag: `"${etag}"` }, body: '' };
}

/** Answers DELETE of an object. The answer is the same if there is none. */
export function deleteObject(bucket: Bucket, { key }: S3Request): EmulatorResponse {
  bucket.remove(key);
  return { status: 204, headers: {}, body: '' };
}

/** Reads type, headers and metadata of a new object from a request. */
export function describeObject({ key, request, nowMs }: S3Request): Omit<S3Object, 'content'> {
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new S3Refusal(400, 'KeyTooLongError', 'Your key is too long');
  }
  const headers: Record<string, string> = {};
  const metadata: Record<string, string> = {};
  let metadataBytes = 0;
  for (const [name, value = ''] of Object.entries(request.headers)) {
    if (KEPT_HEADERS.includes(name)) headers[name] = value;
    if (!name.startsWith(METADATA_PREFIX)) continue;
    metadata[name.slice(METADATA_PREFIX.length)] = value;
    metadataBytes += name.length - METADATA_PREFIX.length + Buffer.byteLength(value);
  }
  if (metadataBytes > MAX_METADATA_BYTES) {
    const text = 'Your metadata headers exceed the maximum allowed metadata size';
    throw new S3Refusal(400, 'MetadataTooLarge', text);
  }
  return {
    ...PLAIN_OBJECT,
    key,
    modified: Math.floor(nowMs),
    contentType: request.headers['content-type'] || PLAIN_OBJECT.contentType,
    headers,
    metadata,
    storageClass: request.headers['x-amz-storage-class'] ?? PLAIN_OBJECT.storageClass,
  };
}

/** Compares the body with the header `Content-MD5`, if the request has it. */
export function checkMd5({ request, body }: S3Request): void {
  const given = request.headers['content-md5'];
  if (given === undefined) return;
  const wanted = Buffer.from(given, 'base64');
  if (wanted.length !== 16 || wanted.toString('base64') !== given) {
    throw new S3Refusal(400, 'InvalidDigest', 'The Content-MD5 you specified was invalid.');
  }
  if (wanted.toString('hex') === md5(body)) return;
  const text = 'The Content-MD5 you specified did not match what we received.';
  const fields = { ExpectedDigest: given, CalculatedDigest: md5(body) };
  throw new S3Refusal(400, 'BadDigest', text, { fields });
}

function checkWriteConditions(bucket: Bucket, { key, request }: S3Request): void {
  const existing = bucket.find(key);
  const ifNoneMatch = request.headers['if-none-match'];
  if (ifNoneMatch !== undefined && existing !== undefined) {
    throw s3Refusals.preconditionFailed('If-None-Match');
  }
  const ifMatch = request.headers['if-match'];
  if (ifMatch === undefined) return;
  if (existing === undefined) throw s3Refusals.noSuchKey(key);
  if (!includesEtag(ifMatch, existing.content.etag())) {
    throw s3Refusals.preconditionFailed('If-Match');
  }
}
