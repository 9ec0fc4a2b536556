import * as z from 'zod';
import { parseUrl } from '../core/parse-url.ts';
import { flagSchema } from '../job/job-value-schemas.ts';
import { checkedBucketUrl, parseBucketUrl } from './bucket-url.ts';

/** A bucket and how to reach it, as in a job. */
export interface BucketPlace {
  /** Such as `s3://shop-media/products/`. */
  readonly url: string;
  readonly region?: string | undefined;
  /** Scheme, host and path of the server; AWS if absent. */
  readonly endpoint?: string | undefined;
  readonly pathStyle?: boolean | undefined;
  readonly profile?: string | undefined;
  readonly requesterPays?: boolean | undefined;
}

const URL_FORM = { error: 'the URL of a bucket such as s3://shop-media/products/' };
const ENDPOINT = { error: 'an endpoint such as https://ID.r2.cloudflarestorage.com' };

/** The keys of a block that names a bucket. */
export const bucketPlaceKeys = {
  url: z
    .string(URL_FORM)
    .superRefine((text, context) => {
      const parsed = parseBucketUrl(text);
      if ('fault' in parsed) context.addIssue({ code: 'custom', message: parsed.fault });
    })
    .describe('The bucket and a prefix of its keys, such as `s3://shop-media/products/`'),
  region: z
    .string({ error: 'a region such as eu-west-1' })
    .regex(/^[a-z0-9-]{1,64}$/, { error: 'a region such as eu-west-1' })
    .optional()
    .describe("Region of the bucket; `AWS_REGION`, or the profile's, if absent"),
  endpoint: z
    .string(ENDPOINT)
    .superRefine((text, context) => {
      const fault = endpointFault(text);
      if (fault !== null) context.addIssue({ code: 'custom', message: fault });
    })
    .optional()
    .describe(
      'Address of the server, such as `https://ID.r2.cloudflarestorage.com`; AWS if absent',
    ),
  pathStyle: flagSchema
    .optional()
    .describe(
      'The name of the bucket is in the path and not in the host; true if absent and there is an `endpoint`',
    ),
  profile: z
    .string({ error: 'the name of a profile' })
    .regex(/^[\w.+=,@ -]{1,128}$/, { error: 'the name of a profile' })
    .optional()
    .describe(
      'Profile in `~/.aws` with the credentials; the `AWS_…` variables, or the profile `default`, if absent',
    ),
  requesterPays: flagSchema.optional().describe('You pay for the requests to a bucket of others'),
};

/** Describes what is wrong with an endpoint, as the end of a sentence; null if nothing is. */
function endpointFault(text: string): string | null {
  const url = parseUrl(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return `is not ${ENDPOINT.error}`;
  if (url.username !== '' || url.password !== '') {
    return 'has credentials in it: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';
  }
  if (url.search !== '' || url.hash !== '') return `is not ${ENDPOINT.error}: it has a ? or #`;
  if (url.protocol === 'https:' || isLoopback(url.hostname)) return null;
  return 'must begin with https: everybody on the way could read the files';
}

/** True if the host is this machine. */
function isLoopback(hostname: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

/** The hosts of AWS outside China, such as `s3.eu-west-1.amazonaws.com`. All of them have the same buckets. */
const AWS_HOST = /^s3(?:(?:-fips)?(?:\.dualstack)?[.-][a-z]{2}(?:-[a-z]+)+-\d)?\.amazonaws\.com$/;

/**
 * Identifies a bucket among all servers, such as `s3://shop-media` or `https://minio.example/shop-media`. The
 * prefix does not matter, and neither does the way in which the endpoint is written.
 */
export function bucketIdentity({ url, endpoint }: Pick<BucketPlace, 'url' | 'endpoint'>): string {
  const parsed = parseBucketUrl(url);
  const bucket = 'fault' in parsed ? url : parsed.bucket;
  const server = endpoint === undefined ? null : parseUrl(endpoint);
  if (server === null || AWS_HOST.test(server.hostname)) return `s3://${bucket}`;
  return `${server.origin}${server.pathname.replace(/\/+$/, '')}/${bucket}`;
}

/** True if one place contains all objects of another one. */
export function containsPlace(outer: BucketPlace, inner: BucketPlace): boolean {
  if (bucketIdentity(outer) !== bucketIdentity(inner)) return false;
  return checkedBucketUrl(inner.url).prefix.startsWith(checkedBucketUrl(outer.url).prefix);
}
