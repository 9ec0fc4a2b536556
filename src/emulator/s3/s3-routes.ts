import type { Distortion } from '../faults/distort-answer.ts';
import type { EmulatorResponse } from '../protocol/emulator-request.ts';
import type { S3RequestKind } from './access-keys.ts';
import { answerList } from './answer-list.ts';
import {
  abortUpload,
  completeUpload,
  createUpload,
  listParts,
  listUploads,
  uploadPart,
} from './answer-multipart.ts';
import { answerObject } from './answer-object.ts';
import type { Bucket } from './bucket.ts';
import { s3Refusals } from './s3-refusal.ts';
import type { S3Request } from './s3-request.ts';
import { deleteObject, putObject } from './write-object.ts';
import { s3Document, xmlElement } from './xml.ts';

type WireKind = Exclude<S3RequestKind, 'import'>;

// The kinds by method, and by the one name in the query that changes the operation.
const BUCKET_KINDS: Readonly<Record<string, WireKind>> = {
  'HEAD ': 'headBucket',
  'PUT ': 'createBucket',
  'GET ': 'list',
  'GET location': 'location',
  'GET uploads': 'listUploads',
};
const OBJECT_KINDS: Readonly<Record<string, WireKind>> = {
  'HEAD ': 'head',
  'GET ': 'get',
  'GET uploadId': 'listParts',
  'PUT ': 'put',
  'PUT uploadId': 'uploadPart',
  'POST uploads': 'createUpload',
  'POST uploadId': 'completeUpload',
  'DELETE ': 'delete',
  'DELETE uploadId': 'abortUpload',
};

/** The kind of a request: which operation of S3 it is. */
export function kindOf({ method, bucket, key, query }: S3Request): WireKind {
  if (bucket === '') return method === 'GET' ? 'listBuckets' : 'unknown';
  const [kinds, names] =
    key === '' ? [BUCKET_KINDS, ['location', 'uploads']] : [OBJECT_KINDS, ['uploads', 'uploadId']];
  const name = names.find((one) => query.has(one)) ?? '';
  return kinds[`${method} ${name}`] ?? 'unknown';
}

type BucketKind = Exclude<WireKind, 'listBuckets' | 'createBucket'>;

/** Answers a request to a bucket. Throws a refusal for an error. */
export function answerKind(
  kind: BucketKind,
  { bucket, s3 }: { readonly bucket: Bucket; readonly s3: S3Request },
  distortion: Distortion | null,
): EmulatorResponse {
  switch (kind) {
    case 'headBucket':
      return { status: 200, headers: { 'x-amz-bucket-region': bucket.region }, body: '' };
    case 'location':
      return answerLocation(bucket);
    case 'list':
      return answerList(bucket, s3, distortion);
    case 'head':
    case 'get':
      return answerObject(bucket, s3);
    case 'put':
      return putObject(bucket, s3);
    case 'delete':
      return deleteObject(bucket, s3);
    case 'createUpload':
      return createUpload(bucket, s3);
    case 'uploadPart':
      return uploadPart(bucket, s3);
    case 'completeUpload':
      return completeUpload(bucket, s3);
    case 'abortUpload':
      return abortUpload(bucket, s3);
    case 'listParts':
      return listParts(bucket, s3);
    case 'listUploads':
      return listUploads(bucket);
    case 'unknown':
      throw s3Refusals.notImplemented(s3.method);
  }
}

// S3 leaves the location empty for its oldest region.
function answerLocation({ region }: Bucket): EmulatorResponse {
  const body = s3Document('LocationConstraint', region === 'us-east-1' ? '' : region);
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}

/** Answers ListBuckets. */
export function answerBuckets(buckets: Iterable<Bucket>): EmulatorResponse {
  const names = [...buckets].map(({ name }) => `<Bucket>${xmlElement('Name', name)}</Bucket>`);
  const body = s3Document('ListAllMyBucketsResult', `<Buckets>${names.join('')}</Buckets>`);
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}
