import { bucketIdentity } from '../s3/bucket-place.ts';
import type { Job } from './job-schema.ts';
import { sourceBucket } from './source-schemas.ts';
import { makerIndex, type Step } from './step-schemas.ts';
import { formatWork } from './step-work.ts';

/**
 * Formats the work of a step of a job as a text, for the comparison with the jobs of other runs. The key of an object
 * identifies it only within its bucket, and the key of a row only within its job: two lists may number their rows from
 * 1. UUIDs of files and URLs mean the same everywhere. `publicKey`: key of the step's project.
 */
export function formatWorkOfJob(
  { source, steps, name }: Pick<Job, 'source' | 'steps' | 'name'>,
  step: Step,
  publicKey: string,
): string | null {
  const work = formatWork(step, publicKey);
  if (work === null || makerIndex(step, steps) !== null) return work;
  const bucket = sourceBucket(source);
  if (bucket !== null) {
    const place = bucketIdentity(bucket);
    // Whichever operation and options make the file of an object, it is the same work. Own code may make anything else.
    return JSON.stringify('code' in step ? [work, place] : [publicKey, 'file of object', place]);
  }
  const isKeyed = source.kind === 'urls' && source.urls.key !== undefined;
  return isKeyed ? `${work} ${JSON.stringify({ job: name })}` : work;
}
