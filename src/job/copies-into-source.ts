import { containsPlace } from '../s3/bucket-place.ts';
import type { Job } from './job-schema.ts';
import { type JobNode, offsetAt } from './job-tree.ts';
import type { ReportProblem } from './replace-expressions.ts';
import { stepOperation } from './step-schemas.ts';

/**
 * Reports a job that copies files into the part of a bucket that its source lists: each run would import the copies of
 * the run before. A source with `match` may leave the copies out.
 */
export function reportCopiesIntoSource(
  { source, steps }: Job,
  root: JobNode,
  report: ReportProblem,
): void {
  if (source.kind !== 'bucket' || source.bucket.match !== undefined) return;
  const { bucket } = source;
  for (const step of steps) {
    const place = stepOperation(step).bucketPlace?.(step.with) ?? null;
    if (place === null || !containsPlace(bucket, place)) continue;
    report({
      offset: offsetAt(root, ['source', 'bucket', 'url'], 'value'),
      message: `source.bucket.url is ${bucket.url}, which contains ${place.url}, where step ${step.id} writes its copies. The next run would import them. Copy to another bucket or prefix, or name the objects of the source with match`,
    });
    return;
  }
}
