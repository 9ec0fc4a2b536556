import { JOB_KINDS } from '../time/work-plan.ts';

/**
 * Effects on a file or object. The service itself causes `expire` and `purge_infected` (api 2.2,
 * 8.1).
 */
export const EFFECTS = [
  'store',
  'delete',
  'expire',
  'remote_copy',
  'local_copy',
  'metadata_set',
  'metadata_delete',
  'tags',
  'upload',
  'import',
  ...JOB_KINDS,
  'purge_infected',
  'group_create',
  'group_delete',
  'webhook',
] as const;

/** An operation in the audit log. */
export type Effect = (typeof EFFECTS)[number];
