import type { Job } from '../job/job-schema.ts';
import { damagedValue } from '../ledger/database-failure.ts';
import type { RunRecord } from '../ledger/run-table.ts';

/**
 * The job that a ledger keeps, in today's form: earlier versions wrote some keys under other names.
 * Throws a `UserError` if it is no job. Every reader of a stored job must come through here.
 */
export function storedJob({ job }: Pick<RunRecord, 'job'>): Job {
  const { steps } = job as Partial<Job>;
  if (!Array.isArray(steps)) throw damagedValue('its job has no steps');
  return withExclude(withPageSize(job as Job));
}

/** `source.files.pageSize` was `limit` before it was renamed. */
function withPageSize(job: Job): Job {
  const { source } = job;
  if (source?.kind !== 'files') return job;
  const { limit, ...files } = source.files as typeof source.files & { limit?: number };
  if (limit === undefined) return job;
  return { ...job, source: { ...source, files: { ...files, pageSize: files.pageSize ?? limit } } };
}

/** `source.folder.exclude` was not there: such a run takes every file, to its end. */
function withExclude(job: Job): Job {
  const { source } = job;
  if (source?.kind !== 'folder') return job;
  return { ...job, source: { ...source, folder: { ...{ exclude: [] }, ...source.folder } } };
}
