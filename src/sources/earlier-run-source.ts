import * as z from 'zod';
import { ITEM_STATES } from '../core/item-state.ts';
import { blockSchema } from '../job/job-value-schemas.ts';
import { defineSource, type SourceContext } from './descriptor.ts';
import type { EarlierRunOptions } from './earlier-runs.ts';
import type { Source } from './source.ts';

const RUN_ID = { error: 'the id of a run, as `ucbulk runs` prints it' };
const PAGE_ITEMS = 1000;

/** The schema of the id of an earlier run. */
export const runIdSchema = z.string(RUN_ID).regex(/^[0-9a-z][0-9a-z-]{0,63}$/, RUN_ID);

/** Provides the items of an earlier run that ended in one of the given states. */
export function earlierRunSource(
  options: EarlierRunOptions,
  { runs }: Pick<SourceContext, 'runs'>,
): Source {
  return {
    kind: 'run',
    uniqueKeys: false,
    async readPage(cursor) {
      const after = Number(cursor ?? 0);
      const items = await runs.readItems(options, { after, limit: PAGE_ITEMS });
      const last = items.length < PAGE_ITEMS ? undefined : items.at(-1);
      const candidates = items.map(({ key, details }) => ({
        key,
        facts: null,
        ...(details === null ? {} : { details }),
      }));
      return { candidates, next: last === undefined ? null : String(last.seq) };
    },
  };
}

/** The source `run`: items of an earlier run. */
export const earlierRun = defineSource({
  kind: 'run',
  options: blockSchema({
    id: runIdSchema.describe('The run, which must be of the same project'),
    states: z
      .array(z.enum(ITEM_STATES, { error: `one of ${ITEM_STATES.join(', ')}` }), {
        error: 'a list of states',
      })
      .min(1, { error: 'a list of at least one state' })
      .default(['failed'])
      .describe(`Only items in one of these states: ${ITEM_STATES.join(', ')}`),
  }),
  summary: 'Items of an earlier run, by state',
  gives: () => null,
  tellsFacts: 'never',
  lists: 'none',
  describe: ({ id, states }) => `Takes the ${states.join(' and ')} items of run ${id}`,
  create: ({ id, states }, context) => earlierRunSource({ run: id, states }, context),
});
