/** The service caches its counter. A smaller difference between listing and counter means nothing. Share. */
const TOLERATED_SHARE = 0.01;

/**
 * How many items a complete listing lacks by the service's own counter; 0 if it has them all, nearly
 * all, or the counter is unknown. `listed` and `total` are numbers of items.
 */
export function countUnlisted(listed: number, total: number | null): number {
  if (total === null) return 0;
  const missing = total - listed;
  return missing > total * TOLERATED_SHARE ? missing : 0;
}
