import * as z from 'zod';
import type { Draw } from '../filters/item-draw.ts';
import type { Where } from '../filters/where.ts';
import {
  blockSchema,
  byteSizeSchema,
  conditionBlock,
  durationSchema,
  flagSchema,
  globsSchema,
  instantSchema,
  isNotEmpty,
  NO_CONDITION,
  tagListSchema,
} from './job-value-schemas.ts';

const METADATA_VALUE = 'a glob in quotes, a list of globs, or { exists: true }';
const METADATA_KEY = /^[A-Za-z0-9_.:-]{1,64}$/;

const sizeSchema = conditionBlock({
  min: byteSizeSchema.optional(),
  max: byteSizeSchema.optional(),
}).refine(({ min, max }) => min === undefined || max === undefined || min <= max, {
  error: 'matches no file: min is more than max',
});

const uploadedSchema = conditionBlock({
  olderThan: durationSchema.optional().describe('Uploaded more than this long ago'),
  newerThan: durationSchema.optional().describe('Uploaded at most this long ago'),
  before: instantSchema.optional().describe('Uploaded before this time, not at it'),
  after: instantSchema.optional().describe('Uploaded at this time or later'),
})
  .refine(({ olderThan, newerThan }) => !reaches(olderThan, newerThan), {
    error: 'matches no file: newerThan is not more than olderThan',
  })
  .refine(({ after, before }) => !reaches(after, before), {
    error: 'matches no file: before is not later than after',
  });

const metadataSchema = z
  .record(
    z.string().regex(METADATA_KEY, {
      error: 'is not a metadata key: letters, digits and _ . : - only, at most 64',
    }),
    z.union([blockSchema({ exists: flagSchema }), globsSchema.transform((globs) => ({ globs }))], {
      error: METADATA_VALUE,
    }),
    { error: 'a block of keys' },
  )
  .refine(isNotEmpty, NO_CONDITION)
  .meta({ minProperties: 1 });

const SAMPLE = { error: 'a share such as 1% or 0.5%, above 0%' };

/** A share such as `1%`; the result is above 0 and at most 1. */
export const sampleSchema = z
  .string(SAMPLE)
  .regex(/^(?:100|\d{1,2}(?:\.\d{1,4})?)%$/, SAMPLE)
  .transform((text) => Number(text.slice(0, -1)) / 100)
  .refine((part) => part > 0, { error: 'takes no item; name a share above 0%' });

const SHARD = { error: 'a share K/N such as 1/4, with K from 1 to N' };
const MAX_SHARDS = 10_000;

/** A share such as `1/4`, the first of four. */
export const shardSchema = z
  .string(SHARD)
  .regex(/^\d{1,5}\/\d{1,5}$/, SHARD)
  .transform((text) => {
    const [index = 0, count = 0] = text.split('/').map(Number);
    return { index, count };
  })
  .refine(({ index, count }) => index >= 1 && index <= count, {
    error: 'has no such share: K must be from 1 to N',
  })
  .refine(({ count }) => count <= MAX_SHARDS, { error: `has more than ${MAX_SHARDS} shares` });

const conditions = {
  stored: flagSchema.optional().describe('true: stored for good; false: expires'),
  removed: flagSchema.optional().describe('true: deleted, but still listed'),
  isImage: flagSchema.optional().describe('true: an image, according to the service'),
  mime: globsSchema.optional().describe('MIME type: image/*, or a list; ignores case'),
  name: globsSchema.optional().describe('Original file name: *.jpg, or a list; ignores case'),
  size: sizeSchema.optional().describe('Size, including both limits'),
  uploaded: uploadedSchema.optional().describe("Time of the upload, by the service's clock"),
  modified: uploadedSchema
    .optional()
    .describe('Time of the last change of an object of a bucket; same keys as `uploaded`'),
  metadata: metadataSchema.optional().describe('For each key: a glob, a list, or { exists: … }'),
  tags: conditionBlock({
    any: tagListSchema.optional().describe('At least one of these'),
    all: tagListSchema.optional().describe('Every one of these'),
    none: tagListSchema.optional().describe('None of these'),
  })
    .optional()
    .describe('Tags that the file must have or must not have'),
};

const conditionsSchema = conditionBlock(conditions);

/** The key `where` of a job file: the filter for items. */
export const whereSchema = conditionBlock({
  ...conditions,
  any: z
    .array(conditionsSchema, { error: 'a list of conditions' })
    .min(1, { error: 'a list of at least one set of conditions' })
    .max(100, { error: 'a list of at most 100 sets of conditions' })
    .optional()
    .describe('At least one of these sets of conditions must also match'),
  unless: conditionsSchema.optional().describe('Exclude files that match all of these'),
  sample: sampleSchema
    .optional()
    .describe('Take only this share of the items, such as 1%; always the same ones'),
  shard: shardSchema
    .optional()
    .describe(
      'Take only one of several disjoint shares, such as 1/4, so that machines can divide a job',
    ),
}) satisfies z.ZodType<Where & Draw>;

/** True if the filter has a condition on a file, and not only a sample or a shard. */
export function needsFacts({ sample: _, shard: __, ...conditions }: Where & Draw): boolean {
  return isNotEmpty(conditions);
}

/** The names of all conditions in the filter, each once. */
export function usedConditions({ any = [], unless = {}, ...own }: Where & Draw): string[] {
  const { sample: _, shard: __, ...conditions } = own;
  const sets: object[] = [conditions, unless, ...any];
  const used = sets.flatMap((set) =>
    Object.entries(set).filter(([, value]) => value !== undefined),
  );
  return [...new Set(used.map(([name]) => name))];
}

/** True if both numbers are given and `low` is not below `high`. */
function reaches(low: number | undefined, high: number | undefined): boolean {
  return low !== undefined && high !== undefined && low >= high;
}
