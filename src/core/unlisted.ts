/**
 * If the listing has fewer items than the service's own count, a difference up to this share of the count is
 * ignored. The service caches its count, so a small difference proves nothing.
 */
const TOLERATED_SHARE = 0.01;

/**
 * By how many items a complete listing is shorter than the service's own count. It is 0 if the difference is
 * small enough to be ignored, or if the count is unknown.
 */
export function countUnlisted(listed: number, total: number | null): number {
  if (total === null) return 0;
  const missing = total - listed;
  return missing > total * TOLERATED_SHARE ? missing : 0;
}
