import type * as z from 'zod';
import type { Outcome } from '../core/outcome.ts';
import { blockSchema, stepFile, tagListSchema } from '../job/job-value-schemas.ts';
import type { TagsApi } from '../uploadcare/tags-api.ts';
import type { EachOperation } from './operation.ts';
import { skipMissing } from './skip-missing.ts';
import { uuidOf } from './uuid-of.ts';

/** The options of a `tags` step. */
export const tagsOptions = blockSchema({
  ...stepFile,
  add: tagListSchema.optional().describe('Tags to add'),
  remove: tagListSchema.optional().describe('Tags to take away'),
  set: tagListSchema.optional().describe('Exactly these tags; all others go'),
})
  .refine((given) => Object.keys(given).length > 0, {
    error: 'neither adds, removes nor sets a tag',
  })
  .refine(({ add, remove, set }) => set === undefined || (add ?? remove) === undefined, {
    error: 'has both set and add or remove; set alone says all',
  });

/** Changes a file's tags; safe to repeat. */
export function tagsOperation(
  tags: TagsApi,
  { add, remove, set }: z.output<typeof tagsOptions>,
): EachOperation {
  return {
    kind: 'tags',
    shape: 'each',
    destructive: false,
    changesListing: false,
    doubt: { class: 'idempotent' },
    runItem: (item, permit) =>
      skipMissing(
        (async (): Promise<Outcome> => {
          const uuid = uuidOf(item);
          if (set !== undefined) await tags.put(uuid, set, permit);
          else {
            const change = {
              ...(add !== undefined && { add }),
              ...(remove !== undefined && { delete: remove }),
            };
            await tags.patch(uuid, change, permit);
          }
          return { kind: 'done' };
        })(),
      ),
  };
}
