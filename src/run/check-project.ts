import type { Connection } from '../core/connection.ts';
import { UserError } from '../core/user-error.ts';
import type { Job } from '../job/job-schema.ts';

/** Throws a `UserError` if the keys belong to another project than the one the job names. */
export function checkProject(job: Job, { publicKey }: Connection): void {
  if (job.project === undefined || job.project === publicKey) return;
  throw new UserError(
    'configuration',
    `The job is for project ${job.project}, but the keys are for another one. Nothing was sent. Set the keys of ${job.project}, or change \`project:\` in the job file.`,
  );
}
