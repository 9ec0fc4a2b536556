import * as z from 'zod';
import type { ItemKind } from '../core/item-kind.ts';
import {
  blockSchema,
  cdnSchema,
  durationSchema,
  flagSchema,
  metadataKeySchema,
  metadataSchema,
  mimeGlobsSchema,
  tagListSchema,
} from '../job/job-value-schemas.ts';
import type { OptionFault } from './descriptor.ts';
import { KEPT } from './import-request.ts';
import { columnMapSchema } from './mapped-columns.ts';
import { leavesIntentKey, NO_INTENT_KEY } from './operation-context.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** The options of an import. */
export const importUrlOptions = blockSchema({
  store: flagSchema
    .default(true)
    .describe('Store the file for good; with `false` it expires after 24 hours'),
  metadata: metadataSchema.default({}).describe('Metadata of every file'),
  tags: tagListSchema.optional().describe('Tags of every file'),
  checkDuplicates: flagSchema
    .default(false)
    .describe('If the URL was imported before, use the earlier file and make no new one'),
  saveDuplicates: flagSchema
    .default(true)
    .describe('Let later imports of the same URL with `checkDuplicates` use this file'),
  expect: mimeGlobsSchema
    .optional()
    .describe(
      'MIME types that the files may have: a glob such as `image/*`, or a list. If a file has another type, its item fails',
    ),
  map: columnMapSchema
    .optional()
    .describe('Columns of a list with the name and metadata of each file'),
  keep: z
    .array(z.enum(KEPT, { error: `one of ${KEPT.join(', ')}` }), { error: 'a list of words' })
    .optional()
    .describe(
      'Facts that the copy of a file of another project, or the file of an object of a bucket, keeps: `filename`, `metadata`, `tags`; all if absent. An object has no tags',
    ),
  pathKey: metadataKeySchema
    .optional()
    .describe('Metadata key for the key of each object of a bucket'),
  urlLifetime: durationSchema
    .refine((ms) => ms >= MINUTE_MS && ms <= 7 * DAY_MS, { error: 'is not from 1m to 7d' })
    .optional()
    .describe(
      'How long the signed URL of each object of a bucket is valid; 1h if absent. ucbulk signs it when its request leaves',
    ),
  cdn: cdnSchema
    .optional()
    .describe(
      'Address from which the service downloads files of another project, such as `https://abc123.ucarecd.net`; the URL in the listing if absent',
    ),
}).refine(({ metadata, map }) => leavesIntentKey({ ...metadata, ...map?.metadata }), NO_INTENT_KEY);

export type ImportUrlOptions = z.output<typeof importUrlOptions>;

/** The kinds of items for which an option has a meaning, and the end of the message about any other kind. */
const KINDS: Readonly<
  Record<string, { readonly kinds: readonly ItemKind[]; readonly message: string }>
> = {
  map: {
    kinds: ['url'],
    message:
      'maps the columns of a list, but the source is not a list. Use keep for the facts that a copy keeps',
  },
  keep: {
    kinds: ['file', 'object'],
    message:
      'is only for files of another project and objects of a bucket. Use map for the columns of a list',
  },
  cdn: { kinds: ['file'], message: 'is only for files of another project' },
  pathKey: { kinds: ['object'], message: 'is only for objects of a bucket' },
  urlLifetime: { kinds: ['object'], message: 'is only for objects of a bucket' },
  checkDuplicates: {
    kinds: ['url', 'file'],
    message: 'is not for objects of a bucket: with skipIfDone, no object is imported twice',
  },
};

/** Finds an option that does not fit the items of the source. */
export function importOptionFault(
  options: ImportUrlOptions,
  given: ItemKind | null,
): OptionFault | null {
  const set = Object.entries(options).filter(([, value]) => value !== undefined && value !== false);
  for (const [option] of set) {
    const fit = KINDS[option];
    if (given !== null && fit !== undefined && !fit.kinds.includes(given)) {
      return { option, message: fit.message };
    }
  }
  return null;
}
