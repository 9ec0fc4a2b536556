import { isJsonObject } from '../core/json.ts';

/** Operations that make files from objects of a bucket. */
const MAKERS: readonly unknown[] = ['import-url', 'upload'];

/**
 * Adds `skipIfDone: true` to the steps that make files from the objects of a bucket, or from backups, if they do not
 * have the key `skipIfDone`. A later run of the job then makes only the files of new and changed objects.
 */
export function withBucketDefaults(job: unknown): unknown {
  if (!isJsonObject(job) || !isJsonObject(job['source']) || !Array.isArray(job['steps']))
    return job;
  const { bucket, deleted } = job['source'];
  if (bucket === undefined && deleted === undefined) return job;
  const steps = job['steps'].map((step) =>
    isJsonObject(step) && MAKERS.includes(step['uses']) && step['skipIfDone'] === undefined
      ? { ...step, skipIfDone: true }
      : step,
  );
  return { ...job, steps };
}
