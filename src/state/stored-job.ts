import { isJsonObject } from '../core/json.ts';
import type { Job } from '../job/job-schema.ts';
import { damagedValue } from '../ledger/database-failure.ts';
import type { RunRecord } from '../ledger/run-table.ts';
import { findTraits } from '../operations/operation-traits.ts';
import { isSourceKind } from '../sources/source-kinds.ts';

/**
 * Returns the job that a ledger stores, with the current names of all keys. Earlier versions used other names
 * for some keys, so every reader of a stored job must use this function. Throws a `UserError` if a part is
 * missing or unknown.
 */
export function storedJob({ job }: Pick<RunRecord, 'job'>): Job {
  const fault = findFault(job);
  if (fault !== null) throw damagedValue(`its job ${fault}`);
  // The values were checked when the job was stored. So check only the structure: the file may be damaged, or
  // written by a newer version.
  return withExclude(withPageSize(job as Job));
}

/** Describes a part of the job that this version can't read; null if there is none. */
function findFault(job: object): string | null {
  const { source, steps, guard, limits, where }: Readonly<Record<string, unknown>> = { ...job };
  if (!Array.isArray(steps) || steps.length === 0) return 'has no steps';
  const missing = Object.entries({ guard, limits, where }).find(([, part]) => !isJsonObject(part));
  return (
    steps.map(findStepFault).find((fault) => fault !== null) ??
    findSourceFault(source) ??
    (missing === undefined ? null : `has no ${missing[0]}`)
  );
}

function findStepFault(step: unknown, index: number): string | null {
  const place = `step ${index + 1}`;
  if (!isJsonObject(step) || typeof step['id'] !== 'string' || !isJsonObject(step['with'])) {
    return `has no id or no options for ${place}`;
  }
  const uses = String(step['uses']);
  return findTraits(uses) === undefined ? `has an unknown operation (${uses}) as ${place}` : null;
}

function findSourceFault(source: unknown): string | null {
  if (!isJsonObject(source)) return 'has no source';
  const kind = String(source['kind']);
  if (!isSourceKind(kind)) return `has an unknown source (${kind})`;
  // If the job file itself contains the items, the value is an array.
  return typeof source[kind] === 'object' ? null : 'has no options for its source';
}

/** Renames `source.files.limit`, the name in earlier versions, to `pageSize`. */
function withPageSize(job: Job): Job {
  const { source } = job;
  if (source?.kind !== 'files') return job;
  const { limit, ...files } = source.files as typeof source.files & { limit?: number };
  if (limit === undefined) return job;
  return { ...job, source: { ...source, files: { ...files, pageSize: files.pageSize ?? limit } } };
}

/**
 * Adds `source.folder.exclude` if it is missing. Earlier versions did not have it and took every file, so
 * their runs continue to do so.
 */
function withExclude(job: Job): Job {
  const { source } = job;
  if (source?.kind !== 'folder') return job;
  return { ...job, source: { ...source, folder: { ...{ exclude: [] }, ...source.folder } } };
}
