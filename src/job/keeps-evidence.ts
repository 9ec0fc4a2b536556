import type { Job } from './job-schema.ts';
import { isIrreversible } from './step-schemas.ts';

/** True if the job deletes, and does not turn off the evidence of its deletes. */
export function keepsEvidence({ evidence, steps }: Pick<Job, 'evidence' | 'steps'>): boolean {
  return evidence !== false && steps.some(isIrreversible);
}
