import * as z from 'zod';
import { blockSchema } from '../job/job-value-schemas.ts';
import { defineSource, type SourceContext } from './descriptor.ts';
import { runIdSchema } from './earlier-run-source.ts';
import type { MadeFilesOptions } from './earlier-runs.ts';
import type { Source } from './source.ts';

/** Number of items of the earlier run that are read for a page. */
const PAGE_ITEMS = 1000;
const STEP_ID = { error: 'the id of a step of that run' };

/** Provides the files that an earlier run made. The cursor is the number of the last item that was read. */
function madeSource(options: MadeFilesOptions, { runs }: Pick<SourceContext, 'runs'>): Source {
  return {
    kind: 'made',
    uniqueKeys: false,
    async readPage(cursor, signal) {
      // Only the last page may have no candidates, so this reads on until an item has a file.
      for (let after = Number(cursor ?? 0); ; ) {
        signal.throwIfAborted();
        const { files, last } = await runs.readMadeFiles(options, { after, limit: PAGE_ITEMS });
        const candidates = files.map((key) => ({ key, facts: null }));
        const next = last === null ? null : String(last);
        if (candidates.length > 0 || last === null) return { candidates, next };
        after = last;
      }
    },
  };
}

/** The source `made`: files that an earlier run made. */
export const made = defineSource({
  kind: 'made',
  options: blockSchema({
    run: runIdSchema.describe('The run that made the files, which must have ended'),
    step: z
      .string(STEP_ID)
      .min(1, STEP_ID)
      .max(100, STEP_ID)
      .optional()
      .describe('Only the files that this step made; those of all steps if absent'),
  }),
  summary: 'Files that an earlier run made; `ucbulk undo` deletes them',
  gives: () => 'file',
  tellsFacts: 'never',
  describe: ({ run, step }) =>
    `Takes the files that ${step === undefined ? '' : `step ${step} of `}run ${run} made`,
  create: (options, context) => madeSource(options, context),
});
