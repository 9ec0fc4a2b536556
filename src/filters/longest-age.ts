import type { Conditions, Where } from './where.ts';

/**
 * The longest age in the conditions on the upload time, ms; 0 if there is none. When a file is older than this,
 * the passing of time no longer changes whether it matches.
 */
export function longestAge(where: Where): number {
  const sets: Conditions[] = [where, ...(where.any ?? []), ...(where.unless ? [where.unless] : [])];
  const ages = sets.flatMap(({ uploaded }) => [uploaded?.olderThan, uploaded?.newerThan]);
  return Math.max(0, ...ages.map((age) => age ?? 0));
}
