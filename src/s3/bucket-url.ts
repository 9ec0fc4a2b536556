/** A bucket and a prefix of its keys, from a URL such as `s3://shop-media/products/`. */
export interface BucketUrl {
  readonly bucket: string;
  /** The beginning of the keys, without a first slash. Empty for the whole bucket. */
  readonly prefix: string;
}

/** The rules of S3 for the name of a bucket (AWS: "General purpose bucket naming rules"). */
const BUCKET_NAME = /^(?!xn--)(?!\d{1,3}(?:\.\d{1,3}){3}$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Parses the URL of a bucket. Returns a fault, as the end of a sentence, if it is not one. */
export function parseBucketUrl(text: string): BucketUrl | { readonly fault: string } {
  const match = /^s3:\/\/([^/]*)(?:\/(.*))?$/s.exec(text);
  if (match === null) return { fault: 'is not the URL of a bucket: write s3://bucket/prefix/' };
  const [, bucket = '', prefix = ''] = match;
  if (bucket.includes('@')) {
    return {
      fault:
        'has credentials in it: write s3://bucket/, and set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    };
  }
  if (bucket.endsWith('--x-s3')) {
    return { fault: 'is a directory bucket, which lists its keys in no order. Use another bucket' };
  }
  if (!BUCKET_NAME.test(bucket) || bucket.includes('..')) {
    return {
      fault: `has ${JSON.stringify(bucket)} as the name of a bucket: a name has 3 to 63 lower-case letters, digits, dots and dashes`,
    };
  }
  if (/[?#]/.test(prefix)) return { fault: 'has a ? or # in it: write only s3://bucket/prefix/' };
  return { bucket, prefix };
}

/** The bucket of a URL without its prefix, such as `s3://shop-media`. The schema of the job has checked the URL. */
export function bucketName(url: string): string {
  return `s3://${checkedBucketUrl(url).bucket}`;
}

/** Parses the URL of a bucket that the schema of the job has checked. */
export function checkedBucketUrl(text: string): BucketUrl {
  const parsed = parseBucketUrl(text);
  if ('fault' in parsed) throw new Error(`The URL of a bucket was not checked: ${parsed.fault}`);
  return parsed;
}
