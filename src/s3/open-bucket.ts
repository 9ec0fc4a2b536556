import { bucketOrigin } from '../core/bucket-origin.ts';
import { UserError } from '../core/user-error.ts';
import type { RepeatableEnvironment } from '../transport/repeatable-send.ts';
import type { Bucket } from './bucket.ts';
import type { KeySources } from './bucket-keys.ts';
import type { BucketPlace } from './bucket-place.ts';
import { bucketName, checkedBucketUrl } from './bucket-url.ts';
import { createKeyProvider } from './credentials.ts';
import { S3Bucket } from './s3-bucket.ts';
import { createS3Send } from './s3-send.ts';
import { signTarget } from './sign.ts';

/**
 * Opens a bucket: finds its keys, region and address. Sends nothing. Throws a `UserError` if the keys or the region
 * can't be found.
 */
export async function openBucket(
  place: BucketPlace,
  env: RepeatableEnvironment & { readonly sources: KeySources },
): Promise<Bucket> {
  const { bucket } = checkedBucketUrl(place.url);
  const keys = createKeyProvider(place.profile, env.sources);
  // Fails before the run begins if there are no keys.
  await keys.keys();
  const region = place.region ?? (await keys.region()) ?? defaultRegion(place);
  const { origin, base } = addressOf(place, bucket, region);
  const server = { origin, name: bucketName(place.url), region, keys };
  const { send, clock } = createS3Send(server, env);
  return new S3Bucket({
    place,
    base,
    send,
    async sign({ path, headers }, seconds) {
      const signing = { keys: await keys.keys(), region, now: clock.now() };
      const request = { method: 'GET', origin, path, query: {}, headers };
      return `${origin}${await signTarget(request, signing, seconds)}`;
    },
  });
}

/** Other servers than AWS mostly ignore the region, but it is part of the signature. */
function defaultRegion({ endpoint, url }: BucketPlace): string {
  if (endpoint !== undefined) return 'us-east-1';
  throw new UserError(
    'usage',
    `The region of ${url} is not known. Set \`region\` at the bucket, or AWS_REGION.`,
  );
}

/** The origin to connect to, and the path before the key of an object. */
function addressOf({ endpoint, pathStyle }: BucketPlace, bucket: string, region: string) {
  const isInPath = pathStyle ?? (endpoint !== undefined || bucket.includes('.'));
  return bucketOrigin(
    { endpoint: endpoint ?? `https://s3.${region}.amazonaws.com`, isInPath },
    bucket,
  );
}
