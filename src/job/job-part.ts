import type { Draw } from '../filters/item-draw.ts';
import type { Job } from './job-schema.ts';

/** The part of its selection that a run takes, as flags of `run` choose it. */
export interface JobPart extends Draw {
  /** Maximum number of items, at least 1. */
  readonly limit?: number | undefined;
}

/** Returns the job with another limit, sample or shard. A value that is absent stays as in the job. */
export function withPart(job: Job, { limit, sample, shard }: JobPart): Job {
  return {
    ...job,
    where: {
      ...job.where,
      ...(sample !== undefined && { sample }),
      ...(shard !== undefined && { shard }),
    },
    limits: { ...job.limits, ...(limit !== undefined && { items: limit }) },
  };
}

/**
 * Returns a changed job with the limit, sample and shard of the stored job, where the changed job has none. The
 * flags of `run` may have set them, so the job file does not contain them.
 */
export function withPartOf(changed: Job, stored: Job): Job {
  return withPart(changed, {
    limit: changed.limits.items ?? stored.limits.items,
    sample: changed.where.sample ?? stored.where.sample,
    shard: changed.where.shard ?? stored.where.shard,
  });
}
