import type { Job } from '../job/job-schema.ts';
import { damagedValue } from '../ledger/database-failure.ts';
import type { RunRecord } from '../ledger/run-table.ts';

/**
 * Returns the job of a ledger in its current form: earlier versions used other names for some keys.
 * Throws a `UserError` if it is not a job. Every reader of a stored job must call this.
 */
export function storedJob({ job }: Pick<RunRecord, 'job'>): Job {
  const { steps } = job as Partial<Job>;
  if (!Array.isArray(steps)) throw damagedValue('its job has no steps');
  return withExclude(withPageSize(job as Job));
}

/** Renames `source.files.limit` to `pageSize`, as earlier versions called it. */
function withPageSize(job: Job): Job {
  const { source } = job;
  if (source?.kind !== 'files') return job;
  const { limit, ...files } = source.files as typeof source.files & { limit?: number };
  if (limit === undefined) return job;
  return { ...job, source: { ...source, files: { ...files, pageSize: files.pageSize ?? limit } } };
}

/** Adds `source.folder.exclude`, which earlier versions did not have. Such a run takes every file until its end. */
function withExclude(job: Job): Job {
  const { source } = job;
  if (source?.kind !== 'folder') return job;
  return { ...job, source: { ...source, folder: { ...{ exclude: [] }, ...source.folder } } };
}
