import { parseUrl } from '../core/parse-url.ts';
import { UserError } from '../core/user-error.ts';

/** Checks the public URL of a bucket. Returns it without slashes at the end. */
export function parseBucketUrl(text: string): string {
  const isUrl = /^https?:\/\/[^\s"'<>?#]+$/i.test(text) && parseUrl(text) !== null;
  if (isUrl) return text.replace(/\/+$/, '');
  throw new UserError(
    'usage',
    `Not an address of http or https: \`${text.slice(0, 80)}\`. Write it like https://files.example.com.`,
  );
}

/**
 * The public URL of an object that the service calls `s3://bucket/key`. All special characters of the key are
 * percent-encoded, even quotes and brackets, so that the URL is safe in any document.
 */
export function objectUrl(object: string, bucketUrl: string | undefined): string {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/su.exec(object) ?? [];
  if (bucket === undefined || key === undefined) return object;
  const base = bucketUrl ?? `https://${bucket}.s3.amazonaws.com`;
  return `${base}/${key.split('/').map(encodeSegment).join('/')}`;
}

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment.replaceAll(/\p{Cs}/gu, '\uFFFD')).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
