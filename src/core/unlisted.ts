/**
 * Differences up to this share of the total are ignored. The service caches its own count, so a small
 * difference proves nothing.
 */
const TOLERATED_SHARE = 0.01;

/**
 * How many items fewer than the service's own count a complete listing has. It is 0 if the difference is
 * small enough to be ignored, or if the count is unknown.
 */
export function countUnlisted(listed: number, total: number | null): number {
  if (total === null) return 0;
  const missing = total - listed;
  return missing > total * TOLERATED_SHARE ? missing : 0;
}
