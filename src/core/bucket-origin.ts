/** How a server is reached that has the protocol of S3. */
export interface BucketServer {
  /** Address of the server, such as `https://ID.r2.cloudflarestorage.com`. */
  readonly endpoint: string;
  /** True if the name of the bucket is in the path and not in the host. */
  readonly isInPath: boolean;
}

/** The origin to connect to for a bucket, and the path before the key of an object. */
export function bucketOrigin(
  { endpoint, isInPath }: BucketServer,
  bucket: string,
): { readonly origin: string; readonly base: string } {
  const url = new URL(endpoint);
  const path = url.pathname.replace(/\/+$/, '');
  if (isInPath) return { origin: url.origin, base: `${path}/${bucket}/` };
  return { origin: `${url.protocol}//${bucket}.${url.host}`, base: `${path}/` };
}
