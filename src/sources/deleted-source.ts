import type * as z from 'zod';
import { blockSchema } from '../job/job-value-schemas.ts';
import { bucketPlaceKeys } from '../s3/bucket-place.ts';
import { bucketName } from '../s3/bucket-url.ts';
import { backupDetails } from '../s3/object-details.ts';
import { defineSource, type SourceContext } from './descriptor.ts';
import { runIdSchema } from './earlier-run-source.ts';
import { readItemPage, stepIdSchema } from './items-of-run.ts';
import type { Source } from './source.ts';

const { url, ...placeKeys } = bucketPlaceKeys;

const deletedOptions = blockSchema({
  run: runIdSchema.describe('The run that deleted the files, which must have ended'),
  step: stepIdSchema
    .optional()
    .describe('Only the files that this step deleted; those of all steps if absent'),
  url: url.describe('The bucket with the backups, such as `s3://attic/deleted/`'),
  ...placeKeys,
});

type DeletedOptions = z.output<typeof deletedOptions>;

/**
 * Provides the files that an earlier run deleted, each with the object that is its backup. The key of an item is the
 * UUID of the deleted file.
 */
function deletedSource(
  { run, step, url: place }: DeletedOptions,
  { runs }: Pick<SourceContext, 'runs'>,
): Source {
  const bucket = bucketName(place);
  return {
    kind: 'deleted',
    uniqueKeys: false,
    readPage: (cursor, signal) =>
      readItemPage({ cursor, signal }, async (page) => {
        const { files, last } = await runs.readDeletedFiles({ run, step, bucket }, page);
        const candidates = files.map(({ file, backup, facts }) => {
          return { key: file, facts: null, details: backupDetails(backup, facts) };
        });
        return { candidates, last };
      }),
  };
}

/** The source `deleted`: files that an earlier run deleted, from their backup. */
export const deletedFiles = defineSource({
  kind: 'deleted',
  options: deletedOptions,
  summary:
    'Files that an earlier run deleted, from their backup in a bucket (for `import-url`, `upload`); `ucbulk restore` imports them',
  gives: () => 'object',
  tellsFacts: 'never',
  lists: 'none',
  bucketPlace: (options) => options,
  describe: ({ run, step, url: place }) =>
    `Takes the files that ${step === undefined ? '' : `step ${step} of `}run ${run} deleted, from their backup in ${place}`,
  create: (options, context) => deletedSource(options, context),
});
