import { type BucketServer, bucketOrigin } from '../core/bucket-origin.ts';
import { hasDotSegment } from '../core/dot-segment.ts';
import { parseUrl } from '../core/parse-url.ts';
import { UserError } from '../core/user-error.ts';
import type { ReportedBucket, ReportedRun } from './run-items.ts';

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
 * percent-encoded, even quotes and brackets, so that the URL is safe in any document. The bucket
 * is at `bucketUrl`, else at its server, else at AWS.
 */
export function objectUrl(
  object: string,
  place: { readonly bucketUrl: string | undefined; readonly bucketServer: BucketServer | null },
): string {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/su.exec(object) ?? [];
  if (bucket === undefined || key === undefined) return object;
  const server = place.bucketServer ?? { endpoint: 'https://s3.amazonaws.com', isInPath: false };
  const { origin, base } = bucketOrigin(server, bucket);
  const start = place.bucketUrl ?? `${origin}${base.slice(0, -1)}`;
  return `${start}/${key.split('/').map(encodeSegment).join('/')}`;
}

/**
 * The public URL of an object in a bucket, in the form that browsers send. Null if the bucket has no public URL,
 * or if the key has a segment `.` or `..`: browsers remove such a segment, and their URL is that of another
 * object.
 */
export function publicObjectUrl(
  key: string,
  { url, publicUrl }: ReportedBucket,
): { readonly url: string; readonly encodedUrl?: string } | null {
  const prefix = url.replace(/^s3:\/\/[^/]*\/?/, '');
  const path = key.slice(prefix.length);
  if (publicUrl === undefined || hasDotSegment(path)) return null;
  // Encodes the characters that have a meaning in a URL, or that `URL` removes. `URL` encodes the others.
  const { href } = new URL(publicUrl + path.replaceAll(/[%?#\\\s\p{Cc}]/gu, encodeURIComponent));
  const encoded = new URL(publicUrl + path.split('/').map(encodeURIComponent).join('/')).href;
  return encoded === href ? { url: href } : { url: href, encodedUrl: encoded };
}

/** Throws a `UserError` if the items of a run are objects of a bucket, and their old URLs are unknown. */
export function checkOldUrls({ run, bucket }: Pick<ReportedRun, 'run' | 'bucket'>): void {
  if (bucket === undefined || bucket.publicUrl !== undefined) return;
  throw new UserError(
    'usage',
    `The old URLs are unknown: run ${run} took its items from ${bucket.url}, and its job has no \`publicUrl\`. Add \`publicUrl: https://…/\` to \`source.bucket\` in the job file, and run the job again. The new run makes no file twice, and its map has the old URLs.`,
  );
}

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment.replaceAll(/\p{Cs}/gu, '\uFFFD')).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
