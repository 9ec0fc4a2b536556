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

/**
 * Finds options that do not fit the source. `map` needs a list. `keep` needs files of another project or objects of a
 * bucket. `cdn` needs files of another project.
 */
export function importOptionFault(
  { map, keep, cdn }: ImportUrlOptions,
  given: ItemKind | null,
): OptionFault | null {
  if (given === 'file' && map !== undefined) {
    const message =
      'maps the columns of a list, but the source is not a list. Use keep for the facts that a copy keeps';
    return { option: 'map', message };
  }
  if (given === 'object') return objectFault({ map, cdn });
  if (given !== 'url' || (keep === undefined && cdn === undefined)) return null;
  const message = 'is only for files of another project. Use map for the columns of a list';
  return { option: keep === undefined ? 'cdn' : 'keep', message };
}

/** Finds options that do not fit objects of a bucket. */
function objectFault({ map, cdn }: Pick<ImportUrlOptions, 'map' | 'cdn'>): OptionFault | null {
  if (map !== undefined) {
    const message = 'maps the columns of a list, and objects of a bucket have none. Use keep';
    return { option: 'map', message };
  }
  if (cdn === undefined) return null;
  return { option: 'cdn', message: 'is only for files of another project' };
}
