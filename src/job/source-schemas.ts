import * as z from 'zod';
import { isFileUuid, parseFileUuid } from '../core/file-uuid.ts';
import { blockSchema, countSchema, flagSchema } from './job-value-schemas.ts';

const filesSchema = blockSchema({
  stored: flagSchema
    .optional()
    .describe('Only stored files, or only unstored ones; both if absent'),
  removed: flagSchema.optional().describe('true: only deleted files that are still listed'),
  ordering: z
    .enum(['datetime_uploaded', '-datetime_uploaded'], {
      error: 'datetime_uploaded (oldest first) or -datetime_uploaded (newest first)',
    })
    .default('datetime_uploaded')
    .describe('Oldest first, or newest first with a leading dash'),
  limit: countSchema(1, 1000).default(1000).describe('Files asked for in one request'),
});

const inlineSchema = z
  .array(
    z
      .string({ error: 'a file UUID' })
      .refine(isFileUuid, { error: 'is not a file UUID' })
      .transform(parseFileUuid),
    { error: 'a list of file UUIDs' },
  )
  .min(1, { error: 'a list of at least one file UUID' });

/** Every source by its key in a job file. To add one, add its schema here. */
const sources = {
  files: filesSchema.optional().describe("The project's files, by the list endpoint"),
  inline: inlineSchema.optional().describe('File UUIDs, written here'),
};

/** The options of the `files` source. */
export type FilesOptions = z.output<typeof filesSchema>;

/** Where a job's items come from. */
export type SourceOptions =
  | { readonly kind: 'files'; readonly files: FilesOptions }
  | { readonly kind: 'inline'; readonly inline: z.output<typeof inlineSchema> };

/** A job file's `source`: one key that names the source, with its options. */
export const sourceSchema = blockSchema(sources).transform((given, context): SourceOptions => {
  if (Object.keys(given).length > 1) {
    context.addIssue({ code: 'custom', message: 'has more than one source; a job has one' });
    return z.NEVER;
  }
  if (given.files !== undefined) return { kind: 'files', files: given.files };
  if (given.inline !== undefined) return { kind: 'inline', inline: given.inline };
  context.addIssue({
    code: 'custom',
    message: `is empty; name one of ${Object.keys(sources).join(', ')}`,
  });
  return z.NEVER;
});
