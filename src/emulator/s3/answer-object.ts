import type { EmulatorResponse } from '../protocol/emulator-request.ts';
import type { Bucket } from './bucket.ts';
import type { S3Object } from './s3-object.ts';
import { S3Refusal, s3Refusals } from './s3-refusal.ts';
import type { S3Request } from './s3-request.ts';

const ARCHIVED = ['GLACIER', 'DEEP_ARCHIVE'];

/** Answers HEAD and GET of an object, with ranges and conditions. */
export function answerObject(bucket: Bucket, s3: S3Request): EmulatorResponse {
  const object = bucket.find(s3.key);
  if (object === undefined) throw s3Refusals.noSuchKey(s3.key);
  const { headers } = s3.request;
  const isKeyGiven = headers['x-amz-server-side-encryption-customer-key'] !== undefined;
  if (object.hasClientKey && !isKeyGiven) {
    throw s3Refusals.invalidRequest(
      'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.',
    );
  }
  checkConditions(object, s3);
  const isArchived = ARCHIVED.includes(object.storageClass) && !object.isRestored;
  if (s3.method === 'GET' && isArchived) throw invalidState(object);
  const { size } = object.content;
  const range = parseRange(headers['range'], size);
  const [start, end] = range ?? [0, size];
  return {
    status: range === null ? 200 : 206,
    headers: {
      ...objectHeaders(object),
      ...(range === null ? {} : { 'content-range': `bytes ${start}-${end - 1}/${size}` }),
      ...overriddenHeaders(s3.query),
      'content-length': String(end - start),
    },
    body: s3.method === 'HEAD' ? '' : object.content.slice(start, end),
  };
}

function objectHeaders(object: S3Object): Record<string, string> {
  const { content, storageClass } = object;
  const headers: Record<string, string> = {
    'last-modified': new Date(object.modified).toUTCString(),
    etag: `"${content.etag()}"`,
    'accept-ranges': 'bytes',
    'content-type': object.contentType,
    ...object.headers,
  };
  // S3 leaves out the header for the standard class.
  if (storageClass !== 'STANDARD') headers['x-amz-storage-class'] = storageClass;
  if (object.isRestored) headers['x-amz-restore'] = 'ongoing-request="false"';
  for (const [name, value] of Object.entries(object.metadata))
    headers[`x-amz-meta-${name}`] = value;
  return headers;
}

// A query such as `response-content-disposition=attachment` replaces a header of the answer.
function overriddenHeaders(query: ReadonlyMap<string, string>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of query) {
    const header = /^response-(content-\w+|cache-control|expires)$/.exec(name)?.[1];
    if (header !== undefined) headers[header] = value;
  }
  return headers;
}

function checkConditions({ content, modified }: S3Object, { request }: S3Request): void {
  const ifMatch = request.headers['if-match'];
  if (ifMatch !== undefined && !includesEtag(ifMatch, content.etag())) {
    throw s3Refusals.preconditionFailed('If-Match');
  }
  const ifNoneMatch = request.headers['if-none-match'];
  if (ifNoneMatch !== undefined && includesEtag(ifNoneMatch, content.etag())) {
    const headers = { etag: `"${content.etag()}"` };
    throw new S3Refusal(304, 'NotModified', 'Not Modified', { headers });
  }
  const unmodified = Date.parse(request.headers['if-unmodified-since'] ?? '');
  // HTTP dates have whole seconds.
  if (ifMatch === undefined && Math.floor(modified / 1000) * 1000 > unmodified) {
    throw s3Refusals.preconditionFailed('If-Unmodified-Since');
  }
}

/** True if a header such as `"abc", "def"` or `*` names the ETag. */
export function includesEtag(header: string, etag: string): boolean {
  const named = header.split(',').map((part) => part.trim().replace(/^W\//, ''));
  return named.some((part) => part === '*' || part.replaceAll('"', '') === etag);
}

function invalidState(object: S3Object): S3Refusal {
  return new S3Refusal(
    403,
    'InvalidObjectState',
    "The operation is not valid for the object's storage class",
    { fields: { StorageClass: object.storageClass } },
  );
}

// Returns the start and the end of the range. Null if the header is absent or not a single range.
function parseRange(header: string | undefined, size: number): [number, number] | null {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (found === null) return null;
  const [, first = '', last = ''] = found;
  if (first === '' && last === '') return null;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return null;
  if (start < size && start < end) return [start, end];
  throw new S3Refusal(416, 'InvalidRange', 'The requested range is not satisfiable', {
    fields: { RangeRequested: header ?? '', ActualObjectSize: String(size) },
    headers: { 'content-range': `bytes */${size}` },
  });
}
