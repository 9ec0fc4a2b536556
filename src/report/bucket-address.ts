import { UserError } from '../core/user-error.ts';

/** Checks the address a bucket is served under; without its last slash. */
export function parseBucketUrl(text: string): string {
  const isUrl = /^https?:\/\/[^\s"'<>?#]+$/i.test(text) && URL.canParse(text);
  if (isUrl) return text.replace(/\/+$/, '');
  throw new UserError(
    'usage',
    `Not an address of http or https: \`${text.slice(0, 80)}\`. Such as https://files.example.com`,
  );
}

/**
 * The address of an object that the service names `s3://bucket/key`. Its key is percent-encoded,
 * quotes and brackets too: whatever the object is called, its address can stand in any document.
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
