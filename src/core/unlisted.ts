/**
 * Share of the total by which a listing may differ from the service's counter. The service caches its
 * counter, so a smaller difference means nothing.
 */
const TOLERATED_SHARE = 0.01;

/**
 * Number of items that a complete listing lacks, compared with the service's own counter. It is 0 if the
 * difference is within the tolerance or the counter is unknown. `listed` and `total` are numbers of items.
 */
export function countUnlisted(listed: number, total: number | null): number {
  if (total === null) return 0;
  const missing = total - listed;
  return missing > total * TOLERATED_SHARE ? missing : 0;
}
