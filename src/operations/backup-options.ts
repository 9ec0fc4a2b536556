import * as z from 'zod';
import { blockSchema } from '../job/job-value-schemas.ts';
import type { BucketPlace } from '../s3/bucket-place.ts';
import { copyToBucketKeys } from './copy-to-bucket-operation.ts';
import { copyTargetSchema } from './copy-to-remote-operation.ts';

const { url, pattern: bucketPattern, ...keys } = copyToBucketKeys;

/** The option `backup` of a delete: a bucket, or a storage of the project. */
export const backupSchema = blockSchema({
  url: url.optional(),
  ...keys,
  pattern: bucketPattern
    .unwrap()
    .optional()
    .describe(bucketPattern.description ?? ''),
  target: copyTargetSchema.min(1, { error: 'the name of a storage of the project' }).optional(),
  step: z
    .string({ error: 'the name of a step' })
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, { error: 'the name of a step, without -' })
    .optional()
    .describe('Earlier step that makes the backup; ucbulk adds such a step if absent'),
})
  .refine((backup) => (backup.url === undefined) !== (backup.target === undefined), {
    error: 'needs either url, for a bucket, or target, for a storage of the project',
  })
  .refine((backup) => backup.target === undefined || backup.pattern === undefined, {
    path: ['pattern'],
    error: 'is only for a bucket: copies to a storage of the project get the name ${default}',
  });

export type BackupOptions = z.output<typeof backupSchema>;

/** The bucket of a backup; null if it is in a storage of the project. */
export function backupPlace({ url: given, ...place }: BackupOptions): BucketPlace | null {
  return given === undefined ? null : { ...place, url: given };
}
