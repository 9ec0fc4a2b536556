import { JOB_KINDS } from '../time/work-plan.ts';

/**
 * All operations that can change a file, group or webhook. Requests cause most of them. The emulator itself
 * causes `expire` and `purge_infected`, as the real service does (docs/uploadcare-api.md 2.2 and 8.1).
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

/** The name of an operation in this list. The audit log stores it. */
export type Effect = (typeof EFFECTS)[number];
