import type { Draw } from '../filters/item-draw.ts';
import type { Job } from './job-schema.ts';

/** The part of its selection that a run takes, and its canary, as flags of `run` choose them. */
export interface JobPart extends Draw {
  /** Maximum number of items, at least 1. */
  readonly limit?: number | undefined;
  /** Number of first items after which the run asks whether to continue, at least 1. */
  readonly canary?: number | undefined;
}

/** Returns the job with another part or canary. A value that is absent stays as in the job. */
export function withPart(job: Job, { limit, sample, shard, canary }: JobPart): Job {
  return {
    ...job,
    guard: { ...job.guard, ...(canary !== undefined && { canary }) },
    where: {
      ...job.where,
      ...(sample !== undefined && { sample }),
      ...(shard !== undefined && { shard }),
    },
    limits: { ...job.limits, ...(limit !== undefined && { items: limit }) },
  };
}

/**
 * Returns a changed job with the limit, sample and shard of the stored job, where the changed job has none: flags
 * of `run` may have set them, so the job file does not contain them. The canary is always that of the stored job.
 * A person has agreed to the deletes and payments of exactly this canary, so a resume must not change it.
 */
export function withPartOf(changed: Job, stored: Job): Job {
  const { canary: _, ...guard } = changed.guard;
  return withPart(
    { ...changed, guard },
    {
      limit: changed.limits.items ?? stored.limits.items,
      sample: changed.where.sample ?? stored.where.sample,
      shard: changed.where.shard ?? stored.where.shard,
      canary: stored.guard.canary,
    },
  );
}
