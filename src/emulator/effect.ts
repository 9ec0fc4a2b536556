/** What a request can do to a file or object; `expire` is the service's own doing (contract 2.2). */
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
  'convert_document',
  'convert_video',
  'addon',
  'group_create',
  'group_delete',
  'webhook',
] as const;

/** One word of the audit log. */
export type Effect = (typeof EFFECTS)[number];
