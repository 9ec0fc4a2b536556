import { createHmac } from 'node:crypto';
import { keepWordCharacters } from '../core/sanitised-name.ts';
import { type MultipartUpload, partSizes } from './multipart-uploads.ts';

/**
 * The beginning of the path of the URLs to which clients send parts. In the real service, these URLs lead to
 * Amazon S3.
 */
export const PART_PREFIX = '/parts/';

/**
 * The presigned URLs of all parts, in order. Their queries have the parameters that recordings of the real
 * service show (docs/uploadcare-api.md 11.3).
 */
export function partUrls(
  upload: Omit<MultipartUpload, 'parts'>,
  secretKey: string,
  { origin, lifetimeMs }: { readonly origin: string; readonly lifetimeMs: number },
): string[] {
  const date = compactDate(upload.startedAt / 1000);
  const base = `${origin}${PART_PREFIX}${upload.uuid}/${encodeURIComponent(upload.name)}`;
  return partSizes(upload.size, upload.partSize).map((_, index) => {
    const query = new URLSearchParams({
      uploadId: upload.uploadId,
      partNumber: String(index + 1),
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': `${keepWordCharacters(upload.uuid)}/${date.slice(0, 8)}/us-east-1/s3/aws4_request`,
      'X-Amz-Date': date,
      'X-Amz-Expires': String(Math.floor(lifetimeMs / 1000)),
      'X-Amz-SignedHeaders': 'host',
    });
    query.set('X-Amz-Signature', partSignature(secretKey, upload.uuid, query));
    return `${base}?${query}`;
  });
}

/**
 * The signature in the URL of a part. Amazon S3 uses another algorithm, but this one is enough: nobody can
 * guess the signature without the secret key.
 */
export function partSignature(secretKey: string, uuid: string, query: URLSearchParams): string {
  const signed = ['uploadId', 'partNumber', 'X-Amz-Date', 'X-Amz-Expires'];
  const text = [uuid, ...signed.map((name) => query.get(name) ?? '')].join('\n');
  return createHmac('sha256', secretKey).update(text).digest('hex');
}

/** The time until which the URL of a part is valid, in milliseconds since 1970. */
export function partUrlEnd(query: URLSearchParams): number {
  const date = query.get('X-Amz-Date') ?? '';
  const iso = date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  return Date.parse(iso) + Number(query.get('X-Amz-Expires')) * 1000;
}

// The format `20210923T145231Z`, as in the recording `py.api.multipart_upload`.
function compactDate(ms: number): string {
  return new Date(ms).toISOString().replaceAll(/[-:]|\.\d+/g, '');
}
