/** The kinds of requests to buckets that the provider of a bucket bills. `POST` begins and ends a copy in parts. */
export const BUCKET_REQUESTS = ['LIST', 'HEAD', 'GET', 'PUT', 'POST'] as const;

/** Numbers of requests to buckets. A kind that is not sent is absent. */
export type BucketRequests = Readonly<Partial<Record<(typeof BUCKET_REQUESTS)[number], number>>>;

/** Adds the numbers of requests, kind by kind. */
export function addBucketRequests(some: BucketRequests, more: BucketRequests): BucketRequests {
  const sums: Partial<Record<(typeof BUCKET_REQUESTS)[number], number>> = { ...some };
  for (const kind of BUCKET_REQUESTS) {
    const count = (some[kind] ?? 0) + (more[kind] ?? 0);
    if (count > 0) sums[kind] = count;
  }
  return sums;
}
