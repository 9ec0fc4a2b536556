import type { Distortion } from '../faults/distort-answer.ts';
import type { EmulatorResponse } from '../protocol/emulator-request.ts';
import type { Bucket } from './bucket.ts';
import { distortPage, type ListPage } from './distort-page.ts';
import type { S3Object } from './s3-object.ts';
import { s3Refusals } from './s3-refusal.ts';
import { encodeStrictly, type S3Request } from './s3-request.ts';
import { compareKeys } from './utf8-order.ts';
import { escapeXml, s3Document, xmlElement } from './xml.ts';

const MAX_KEYS = 1000;

interface ListQuery {
  readonly prefix: string;
  readonly startAfter: string | undefined;
  readonly token: string | undefined;
  readonly maxKeys: number;
  readonly isEncoded: boolean;
}

/** Answers ListObjectsV2. `distortion` is the mistake that a fault puts into the page. */
export function answerList(
  bucket: Bucket,
  { query }: S3Request,
  distortion: Distortion | null,
): EmulatorResponse {
  const asked = readQuery(query);
  const page = readPage(bucket, asked);
  const { objects, isTruncated } =
    distortion === null ? page : distortPage(distortion, page, () => firstPage(bucket, asked));
  const last = objects.at(-1)?.key ?? asked.startAfter ?? '';
  const text = asked.isEncoded ? encodeListed : escapeXml;
  const element = (name: string, value: string | undefined) =>
    value === undefined ? '' : `<${name}>${text(value)}</${name}>`;
  const content = [
    xmlElement('Name', bucket.name),
    element('Prefix', asked.prefix),
    element('StartAfter', asked.startAfter),
    asked.token === undefined ? '' : xmlElement('ContinuationToken', asked.token),
    isTruncated ? xmlElement('NextContinuationToken', tokenFor(last)) : '',
    xmlElement('KeyCount', objects.length),
    xmlElement('MaxKeys', asked.maxKeys),
    asked.isEncoded ? xmlElement('EncodingType', 'url') : '',
    xmlElement('IsTruncated', isTruncated),
    listedObjects(objects, text),
  ];
  const headers = { 'content-type': 'application/xml' };
  return { status: 200, headers, body: s3Document('ListBucketResult', content.join('')) };
}

function readQuery(query: ReadonlyMap<string, string>): ListQuery {
  if (query.get('list-type') !== '2') throw s3Refusals.notImplemented('list-type');
  if (query.has('delimiter')) throw s3Refusals.notImplemented('delimiter');
  const encoding = query.get('encoding-type');
  if (encoding !== undefined && encoding !== 'url') {
    const text = 'Invalid Encoding Method specified in Request';
    throw s3Refusals.invalidArgument(text, 'encoding-type', encoding);
  }
  const maxKeys = Number(query.get('max-keys') || MAX_KEYS);
  if (!Number.isInteger(maxKeys) || maxKeys < 0) {
    const text = 'Provided max-keys not an integer or within integer range';
    throw s3Refusals.invalidArgument(text, 'max-keys', query.get('max-keys') ?? '');
  }
  return {
    prefix: query.get('prefix') ?? '',
    startAfter: query.get('start-after') || undefined,
    token: query.get('continuation-token'),
    maxKeys: Math.min(maxKeys, MAX_KEYS),
    isEncoded: encoding === 'url',
  };
}

function readPage(bucket: Bucket, asked: ListQuery): ListPage {
  const { prefix, maxKeys } = asked;
  const after = asked.token === undefined ? asked.startAfter : keyInToken(asked.token);
  const objects: S3Object[] = [];
  if (maxKeys === 0) return { objects, isTruncated: false };
  const isAfterPrefix = after !== undefined && compareKeys(after, prefix) >= 0;
  for (const object of bucket.objectsFrom(isAfterPrefix ? after : prefix, !isAfterPrefix)) {
    if (!object.key.startsWith(prefix)) break;
    if (objects.length === maxKeys) return { objects, isTruncated: true };
    objects.push(object);
  }
  return { objects, isTruncated: false };
}

function firstPage(bucket: Bucket, asked: ListQuery): ListPage {
  return readPage(bucket, { ...asked, startAfter: undefined, token: undefined });
}

function listedObjects(objects: readonly S3Object[], text: (value: string) => string): string {
  // Generated objects share one time, and formatting it takes longer than everything else.
  let [modified, time] = [Number.NaN, ''];
  let xml = '';
  for (const object of objects) {
    if (object.modified !== modified) time = new Date(object.modified).toISOString();
    modified = object.modified;
    xml += listedObject(object, text(object.key), time);
  }
  return xml;
}

function listedObject({ content, storageClass }: S3Object, key: string, time: string): string {
  return `<Contents><Key>${key}</Key><LastModified>${time}</LastModified><ETag>&quot;${content.etag()}&quot;</ETag><Size>${content.size}</Size><StorageClass>${storageClass}</StorageClass></Contents>`;
}

// S3 writes a space as `+` and leaves `/` and `*` as they are.
function encodeListed(key: string): string {
  if (/^[\w./-]*$/.test(key)) return key;
  return encodeStrictly(key).replaceAll('%2F', '/').replaceAll('%20', '+').replaceAll('%2A', '*');
}

function tokenFor(key: string): string {
  return `1${Buffer.from(key).toString('base64url')}`;
}

function keyInToken(token: string): string {
  if (/^1[\w-]+$/.test(token)) return Buffer.from(token.slice(1), 'base64url').toString();
  const text = 'The continuation token provided is incorrect';
  throw s3Refusals.invalidArgument(text, 'continuation-token', token);
}
