import type * as z from 'zod';
import type { Outcome } from '../core/outcome.ts';
import { blockSchema, flagSchema, metadataSchema, stepFile } from '../job/job-value-schemas.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';
import { findTagged } from './find-tagged.ts';
import type { EachOperation } from './operation.ts';
import {
  INTENT_KEY,
  intentTag,
  leavesIntentKey,
  NO_INTENT_KEY,
  type OperationContext,
} from './operation-context.ts';
import { skipMissing } from './skip-missing.ts';
import { uuidOf } from './uuid-of.ts';

/** The options of a `copy-local` step. */
export const copyLocalOptions = blockSchema({
  ...stepFile,
  store: flagSchema.default(true).describe('Whether the copy is stored for good, or expires'),
  metadata: metadataSchema.default({}).describe('Metadata of the copy, beside our own tag'),
}).refine(({ metadata }) => leavesIntentKey(metadata), NO_INTENT_KEY);

/** Copies a file within the project. Every request makes another copy, so each carries a tag to be found by. */
export function copyLocalOperation(
  { files, search }: Pick<RestClient, 'files' | 'search'>,
  options: z.output<typeof copyLocalOptions>,
  context: OperationContext,
): EachOperation {
  return {
    kind: 'copy-local',
    shape: 'each',
    destructive: false,
    changesListing: true,
    doubt: {
      class: 'tagged',
      probe: (item, signal) => findTagged(search, intentTag(context, item), signal),
    },
    runItem: (item, permit) =>
      skipMissing(
        (async (): Promise<Outcome> => {
          const metadata = { ...options.metadata, [INTENT_KEY]: intentTag(context, item) };
          const source = uuidOf(item);
          const copy = await files.localCopy({ source, store: options.store, metadata }, permit);
          return { kind: 'done', result: { file: copy.uuid } };
        })(),
      ),
  };
}
