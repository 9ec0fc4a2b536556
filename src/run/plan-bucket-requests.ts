import { addBucketRequests, type BucketRequests } from '../core/bucket-requests.ts';
import type { Job } from '../job/job-schema.ts';
import { givenKind, sourceDescriptor } from '../job/source-schemas.ts';
import { stepOperation } from '../job/step-schemas.ts';
import { candidateSize } from '../sources/candidate-size.ts';
import type { Candidate } from '../sources/source.ts';

/** Counts the requests of a run to buckets. The provider of the bucket bills them, and Uploadcare does not. */
export class BucketRequestPlan {
  readonly #job: Job;
  readonly #isObject: boolean;
  readonly #requests: Record<string, number> = {};

  constructor(job: Job) {
    this.#job = job;
    this.#isObject = givenKind(job.source) === 'object';
  }

  /** Adds the requests of all steps for these items. */
  add(items: readonly Candidate[]): void {
    const isObject = this.#isObject;
    for (const step of this.#job.steps) {
      const operation = stepOperation(step);
      for (const item of items) {
        const counted = operation.bucketRequests?.(step.with, {
          size: candidateSize(item),
          isObject,
        });
        if (counted === undefined) break;
        for (const [kind, count] of Object.entries(counted)) {
          this.#requests[kind] = (this.#requests[kind] ?? 0) + count;
        }
      }
    }
  }

  /** The maximum numbers of requests, with those that list `pages` pages of the source; null if there are none. */
  total(pages: number): BucketRequests | null {
    const listed = sourceDescriptor(this.#job.source).lists === 'bucket' ? { LIST: pages } : {};
    const total = addBucketRequests(listed, this.#requests);
    return Object.keys(total).length === 0 ? null : total;
  }
}
