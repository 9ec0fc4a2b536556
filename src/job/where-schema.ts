import * as z from 'zod';
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
  error: 'lets no file through: min is more than max',
});

const uploadedSchema = conditionBlock({
  olderThan: durationSchema.optional().describe('Uploaded more than this long ago'),
  newerThan: durationSchema.optional().describe('Uploaded this long ago, or less'),
  before: instantSchema.optional().describe('Uploaded before this instant (not at it)'),
  after: instantSchema.optional().describe('Uploaded at this instant or after it'),
})
  .refine(({ olderThan, newerThan }) => !reaches(olderThan, newerThan), {
    error: 'lets no file through: newerThan is not more than olderThan',
  })
  .refine(({ after, before }) => !reaches(after, before), {
    error: 'lets no file through: before is not later than after',
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

const conditions = {
  stored: flagSchema.optional().describe('Stored for good, or still to expire'),
  removed: flagSchema.optional().describe('Deleted, but still listed'),
  isImage: flagSchema.optional().describe('An image, by what the service found in it'),
  mime: globsSchema.optional().describe('MIME type: image/*, or a list; case does not count'),
  name: globsSchema
    .optional()
    .describe('Original file name: *.jpg, or a list; case does not count'),
  size: sizeSchema.optional().describe('Size, both ends included'),
  uploaded: uploadedSchema.optional().describe("When it was uploaded, by the service's clock"),
  metadata: metadataSchema.optional().describe('For each key: a glob, a list, or { exists: … }'),
  tags: conditionBlock({
    any: tagListSchema.optional().describe('At least one of these'),
    all: tagListSchema.optional().describe('Every one of these'),
    none: tagListSchema.optional().describe('None of these'),
  })
    .optional()
    .describe('Tags it must and must not have'),
};

const conditionsSchema = conditionBlock(conditions);

/** A job file's `where` → the filter's own terms. */
export const whereSchema = conditionBlock({
  ...conditions,
  any: z
    .array(conditionsSchema, { error: 'a list of conditions' })
    .min(1, { error: 'a list of at least one set of conditions' })
    .max(100, { error: 'a list of at most 100 sets of conditions' })
    .optional()
    .describe('At least one of these sets of conditions must hold as well'),
  unless: conditionsSchema.optional().describe('Files that meet all of these are left out'),
}) satisfies z.ZodType<Where>;

/** True where both are given and the first is not below the second. */
function reaches(low: number | undefined, high: number | undefined): boolean {
  return low !== undefined && high !== undefined && low >= high;
}
