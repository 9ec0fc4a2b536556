import * as z from 'zod';
import { isFileUuid } from '../core/file-uuid.ts';
import {
  blockSchema,
  byteSizeSchema,
  conditionBlock,
  flagSchema,
  instantSchema,
  isNotEmpty,
  NO_CONDITION,
  tagListSchema,
} from '../job/job-value-schemas.ts';

const PHRASE = { error: 'a text of at least 4 characters' };
const VALUES = { error: 'a list of texts' };

const phrase = z.string(PHRASE).min(4, PHRASE).max(1000, PHRASE);
const values = z.array(z.string(VALUES).min(1, VALUES), VALUES).min(1, VALUES).max(100, VALUES);

/** The conditions of a search; a file must meet all of them. */
export const searchOptions = blockSchema({
  query: phrase.optional().describe('Words in name, metadata or MIME type'),
  phrase: conditionBlock({
    name: phrase.optional().describe('In the original file name'),
    mime: phrase.optional().describe('In the MIME type'),
    metadata: phrase.optional().describe('In any value of the metadata'),
  })
    .optional()
    .describe('Words in this order, in one field'),
  exact: conditionBlock({
    uuid: z
      .array(z.string(VALUES).refine(isFileUuid, { error: 'is not a file UUID' }), VALUES)
      .min(1, VALUES)
      .max(100, VALUES)
      .optional()
      .describe('One of these files'),
    name: values.optional().describe('One of these original file names'),
    mime: values.optional().describe('One of these MIME types'),
    metadata: z
      .record(z.string(), values, { error: 'a block of keys' })
      .refine(isNotEmpty, NO_CONDITION)
      .meta({ minProperties: 1 })
      .optional()
      .describe('For each key: one of these values'),
  })
    .optional()
    .describe('The whole value of a field'),
  uploaded: conditionBlock({
    after: instantSchema.optional().describe('Uploaded at this instant or after it'),
    before: instantSchema.optional().describe('Uploaded before this instant (not at it)'),
  })
    .optional()
    .describe('Time of the upload'),
  size: conditionBlock({
    min: byteSizeSchema.optional().describe('At least this size'),
    max: byteSizeSchema.optional().describe('At most this size'),
  })
    .optional()
    .describe('Size of the file'),
  isImage: flagSchema.optional().describe('Only images, or only other files'),
  tags: conditionBlock({
    any: tagListSchema.optional().describe('At least one of these'),
    all: tagListSchema.optional().describe('Every one of these'),
    none: tagListSchema.optional().describe('None of these'),
  })
    .optional()
    .describe('Tags that a file must and must not have'),
  fuzzy: flagSchema
    .default(false)
    .describe('Also find words with typing errors. The search is then slow'),
})
  .refine(({ fuzzy: _how, ...conditions }) => hasCondition(conditions), {
    error: 'is empty; a search needs at least one condition',
  })
  .refine(({ phrase: part = {}, exact = {} }) => !Object.keys(part).some((key) => key in exact), {
    error: 'has a field in phrase and in exact; the service takes it in one of them',
  });

function hasCondition(conditions: object): boolean {
  return Object.values(conditions).some((condition) =>
    typeof condition === 'object' && condition !== null
      ? hasCondition(condition)
      : condition !== undefined,
  );
}

/** The options of `source.search`. */
export type SearchConditions = z.output<typeof searchOptions>;
