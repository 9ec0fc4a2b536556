import { createHash } from 'node:crypto';
import type { EmulatorResponse } from '../protocol/emulator-request.ts';
import type { Bucket } from './bucket.ts';
import type { OpenUpload, UploadedPart } from './multipart-uploads.ts';
import { keptContent, md5 } from './object-content.ts';
import { S3Refusal, s3Refusals } from './s3-refusal.ts';
import type { S3Request } from './s3-request.ts';
import { checkMd5, describeObject } from './write-object.ts';
import { s3Document, xmlElement } from './xml.ts';

const MAX_PARTS = 10_000;
const MIN_PART_BYTES = 5 * 1024 ** 2;
const LISTED_PARTS = 1000;
const XML = { 'content-type': 'application/xml' };

/** Answers CreateMultipartUpload. */
export function createUpload(bucket: Bucket, s3: S3Request): EmulatorResponse {
  const { uploadId, key } = bucket.uploads.start(describeObject(s3));
  const content = [
    xmlElement('Bucket', bucket.name),
    xmlElement('Key', key),
    xmlElement('UploadId', uploadId),
  ];
  const body = s3Document('InitiateMultipartUploadResult', content.join(''));
  return { status: 200, headers: XML, body };
}

/** Answers UploadPart. A part that is sent again replaces the former one. */
export function uploadPart(bucket: Bucket, s3: S3Request): EmulatorResponse {
  const upload = openUpload(bucket, s3);
  const number = Number(s3.query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS) {
    const text = `Part number must be an integer between 1 and ${MAX_PARTS}, inclusive`;
    throw s3Refusals.invalidArgument(text, 'partNumber', s3.query.get('partNumber') ?? '');
  }
  if (s3.request.headers['x-amz-copy-source'] !== undefined) {
    throw s3Refusals.notImplemented('x-amz-copy-source');
  }
  checkMd5(s3);
  const bytes = Buffer.from(s3.body);
  const part = { bytes, md5: md5(bytes), modified: Math.floor(s3.nowMs) };
  upload.parts.set(number, part);
  return { status: 200, headers: { etag: `"${part.md5}"` }, body: '' };
}

/** Answers CompleteMultipartUpload: makes an object of the named parts. */
export function completeUpload(bucket: Bucket, s3: S3Request): EmulatorResponse {
  const upload = openUpload(bucket, s3);
  const parts = namedParts(upload, s3.body.toString());
  const hashes = Buffer.concat(parts.map((part) => Buffer.from(part.md5, 'hex')));
  const etag = `${createHash('md5').update(hashes).digest('hex')}-${parts.length}`;
  const bytes = Buffer.concat(parts.map((part) => part.bytes));
  bucket.put({ ...upload.object, content: keptContent(bytes, etag) });
  bucket.uploads.end(upload.uploadId);
  const content = [
    xmlElement('Location', s3.request.target.split('?', 1)[0] ?? ''),
    xmlElement('Bucket', bucket.name),
    xmlElement('Key', upload.key),
    xmlElement('ETag', `"${etag}"`),
  ];
  const body = s3Document('CompleteMultipartUploadResult', content.join(''));
  return { status: 200, headers: XML, body };
}

/** Answers AbortMultipartUpload. */
export function abortUpload(bucket: Bucket, s3: S3Request): EmulatorResponse {
  bucket.uploads.end(openUpload(bucket, s3).uploadId);
  return { status: 204, headers: {}, body: '' };
}

/** Answers ListParts, at most 1,000 parts at once. */
export function listParts(bucket: Bucket, s3: S3Request): EmulatorResponse {
  const { parts, key, uploadId } = openUpload(bucket, s3);
  const marker = Number(s3.query.get('part-number-marker') ?? 0);
  const limit = Math.min(LISTED_PARTS, Number(s3.query.get('max-parts') ?? LISTED_PARTS));
  const rest = [...parts].filter(([number]) => number > marker).sort(([a], [b]) => a - b);
  const listed = rest.slice(0, limit);
  const next = listed.at(-1)?.[0] ?? marker;
  const content = [
    xmlElement('Bucket', bucket.name),
    xmlElement('Key', key),
    xmlElement('UploadId', uploadId),
    xmlElement('PartNumberMarker', marker),
    xmlElement('NextPartNumberMarker', next),
    xmlElement('MaxParts', limit),
    xmlElement('IsTruncated', listed.length < rest.length),
    ...listed.map(([number, part]) => listedPart(number, part)),
  ];
  return { status: 200, headers: XML, body: s3Document('ListPartsResult', content.join('')) };
}

/** Answers ListMultipartUploads, with all uploads on one page. */
export function listUploads(bucket: Bucket): EmulatorResponse {
  const uploads = bucket.uploads.list().map(({ uploadId, key, object }) => {
    const initiated = xmlElement('Initiated', new Date(object.modified).toISOString());
    return `<Upload>${xmlElement('Key', key)}${xmlElement('UploadId', uploadId)}${initiated}</Upload>`;
  });
  const head = `${xmlElement('Bucket', bucket.name)}${xmlElement('IsTruncated', false)}`;
  const body = s3Document('ListMultipartUploadsResult', head + uploads.join(''));
  return { status: 200, headers: XML, body };
}

function listedPart(number: number, part: UploadedPart): string {
  const content = [
    xmlElement('PartNumber', number),
    xmlElement('LastModified', new Date(part.modified).toISOString()),
    xmlElement('ETag', `"${part.md5}"`),
    xmlElement('Size', part.bytes.length),
  ];
  return `<Part>${content.join('')}</Part>`;
}

function openUpload(bucket: Bucket, { key, query }: S3Request): OpenUpload {
  const uploadId = query.get('uploadId') ?? '';
  const upload = bucket.uploads.find(uploadId, key);
  if (upload === undefined) throw s3Refusals.noSuchUpload(uploadId);
  return upload;
}

// The parts that the body of CompleteMultipartUpload names, in order.
function namedParts({ parts }: OpenUpload, xml: string): UploadedPart[] {
  const named = [...xml.matchAll(/<Part>([\s\S]*?)<\/Part>/g)].map(([, content = '']) => ({
    number: Number(/<PartNumber>\s*(\d+)\s*</.exec(content)?.[1]),
    etag: /<ETag>\s*(.*?)\s*<\/ETag>/.exec(content)?.[1]?.replaceAll(/"|&quot;|&#34;/g, '') ?? '',
  }));
  if (named.length === 0) {
    const text =
      'The XML you provided was not well-formed or did not validate against our published schema';
    throw new S3Refusal(400, 'MalformedXML', text);
  }
  if (named.some(({ number }, place) => number <= (named[place - 1]?.number ?? 0))) {
    const text = 'The list of parts was not in ascending order.';
    throw new S3Refusal(400, 'InvalidPartOrder', text);
  }
  return named.map(({ number, etag }, place) => {
    const part = parts.get(number);
    if (part === undefined || part.md5 !== etag) throw invalidPart(number);
    const isLast = place === named.length - 1;
    if (!isLast && part.bytes.length < MIN_PART_BYTES) throw tooSmall(number, part);
    return part;
  });
}

function invalidPart(number: number): S3Refusal {
  const text =
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.";
  return new S3Refusal(400, 'InvalidPart', text, { fields: { PartNumber: String(number) } });
}

function tooSmall(number: number, { bytes }: UploadedPart): S3Refusal {
  const text = 'Your proposed upload is smaller than the minimum allowed size';
  const fields = {
    ProposedSize: String(bytes.length),
    MinSizeAllowed: String(MIN_PART_BYTES),
    PartNumber: String(number),
  };
  return new S3Refusal(400, 'EntityTooSmall', text, { fields });
}
