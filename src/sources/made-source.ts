import { blockSchema } from '../job/job-value-schemas.ts';
import { defineSource, type SourceContext } from './descriptor.ts';
import { runIdSchema } from './earlier-run-source.ts';
import type { MadeFilesOptions } from './earlier-runs.ts';
import { readItemPage, stepIdSchema } from './items-of-run.ts';
import type { Source } from './source.ts';

/** Provides the files that an earlier run made. The cursor is the number of the last item that was read. */
function madeSource(options: MadeFilesOptions, { runs }: Pick<SourceContext, 'runs'>): Source {
  return {
    kind: 'made',
    uniqueKeys: false,
    readPage: (cursor, signal) =>
      readItemPage({ cursor, signal }, async (page) => {
        const { files, last } = await runs.readMadeFiles(options, page);
        return { candidates: files.map((key) => ({ key, facts: null })), last };
      }),
  };
}

/** The source `made`: files that an earlier run made. */
export const made = defineSource({
  kind: 'made',
  options: blockSchema({
    run: runIdSchema.describe('The run that made the files, which must have ended'),
    step: stepIdSchema
      .optional()
      .describe('Only the files that this step made; those of all steps if absent'),
  }),
  summary: 'Files that an earlier run made; `ucbulk undo` deletes them',
  gives: () => 'file',
  tellsFacts: 'never',
  lists: 'none',
  describe: ({ run, step }) =>
    `Takes the files that ${step === undefined ? '' : `step ${step} of `}run ${run} made`,
  create: (options, context) => madeSource(options, context),
});
