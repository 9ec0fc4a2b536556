/** The priorities that have a name, with their weights. */
export const NAMED_PRIORITIES = { low: 1, normal: 2, high: 4 } as const;

/** The largest weight. */
export const MAX_PRIORITY = 100;

/** How much of the rate of a shared project a run gets: a name, or a weight from 1 to `MAX_PRIORITY`. */
export type Priority = keyof typeof NAMED_PRIORITIES | number;

/** The priority of a run whose job names none. */
export const DEFAULT_PRIORITY: Priority = 'normal';

/** The priority of a run of this job. The stored job of an earlier version has none. */
export function jobPriority(job: {
  readonly concurrency?: { readonly priority?: Priority } | undefined;
}): Priority {
  return job.concurrency?.priority ?? DEFAULT_PRIORITY;
}

/** A run gets at least this share of an equal part, so that runs with a higher priority never stop it. */
const LEAST_SHARE = 0.25;

/** The weight of a priority. */
export function priorityWeight(priority: Priority): number {
  return typeof priority === 'number' ? priority : NAMED_PRIORITIES[priority];
}

/**
 * Returns the share of the first of several runs. The shares of all runs are proportional to their weights, and
 * their sum is 1. But no share is below a quarter of an equal part.
 */
export function shareOfFirst(weights: readonly number[]): number {
  const [own = 1] = weights;
  const least = LEAST_SHARE / weights.length;
  let rest = [...weights];
  for (;;) {
    const total = rest.reduce((sum, weight) => sum + weight, 0);
    const left = 1 - least * (weights.length - rest.length);
    const isEnough = (weight: number) => (weight * left) / total >= least;
    if (!isEnough(own)) return least;
    const larger = rest.filter(isEnough);
    if (larger.length === rest.length) return (own * left) / total;
    // The other runs get the least share, and the rest is divided again.
    rest = larger;
  }
}
