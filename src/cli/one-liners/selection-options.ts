import type { ArgumentsCamelCase, InferredOptionTypes } from 'yargs';
import type * as z from 'zod';
import { byteSizeSchema, durationSchema } from '../../job/job-value-schemas.ts';
import { sampleSchema, shardSchema } from '../../job/where-schema.ts';
import { checked, positiveInteger, text } from '../option-values.ts';

/** Returns a parser that accepts what a key of the job file accepts, and keeps the text for the job. */
function written(flag: string, schema: z.ZodType): (value: unknown) => string | undefined {
  const check = checked(flag, schema);
  return (value) => {
    if (value === undefined) return undefined;
    check(value);
    return String(value).trim();
  };
}

/** Options that name the items of a command, or the list that contains them. */
export const LIST_OPTIONS = {
  from: {
    requiresArg: true,
    coerce: text('from'),
    describe: 'File with the items: one a line, CSV, or NDJSON; - is standard input',
  },
  'from-stdin': {
    type: 'boolean',
    default: false,
    describe: 'Read the items from standard input, such as the output of `uploadcare file list`',
  },
} as const;

/** Options that select files of the project. */
export const FILTER_OPTIONS = {
  all: {
    type: 'boolean',
    default: false,
    describe: 'Take every file of the project',
  },
  stored: { type: 'boolean', describe: 'Only stored files' },
  unstored: { type: 'boolean', describe: 'Only files that are not stored' },
  'older-than': {
    requiresArg: true,
    coerce: written('older-than', durationSchema),
    describe: 'Only files uploaded longer ago than this, such as 48h or 30d',
  },
  'newer-than': {
    requiresArg: true,
    coerce: written('newer-than', durationSchema),
    describe: 'Only files uploaded at most this long ago',
  },
  mime: {
    type: 'string',
    array: true,
    requiresArg: true,
    describe: 'Only files with this MIME type, such as image/*; may be repeated',
  },
  name: {
    type: 'string',
    array: true,
    requiresArg: true,
    describe: 'Only files whose name matches this glob, such as *.jpg; may be repeated',
  },
  tag: {
    type: 'string',
    array: true,
    requiresArg: true,
    describe: 'Only files with this tag; may be repeated',
  },
  'min-size': {
    requiresArg: true,
    coerce: written('min-size', byteSizeSchema),
    describe: 'Only files of at least this size, such as 10MB',
  },
  'max-size': {
    requiresArg: true,
    coerce: written('max-size', byteSizeSchema),
    describe: 'Only files of at most this size',
  },
  where: {
    requiresArg: true,
    coerce: text('where'),
    describe: "Only files that meet this CEL condition, such as 'file.isImage'",
  },
} as const;

/** Options that take a part of the items. */
export const PART_TEXT_OPTIONS = {
  limit: {
    requiresArg: true,
    coerce: positiveInteger('limit'),
    describe: 'Take only the first N items',
  },
  sample: {
    requiresArg: true,
    coerce: written('sample', sampleSchema),
    describe: 'Take only this share of the items, such as 1%; always the same ones',
  },
  shard: {
    requiresArg: true,
    coerce: written('shard', shardSchema),
    describe: 'Take only share K of N disjoint shares, such as 1/4',
  },
  canary: {
    requiresArg: true,
    coerce: positiveInteger('canary'),
    describe: 'Do the first N items, show their results, and ask whether to continue',
  },
} as const;

/** The parsed values of the options that choose the items of a one-liner. A command may lack some of them. */
export type SelectionFlags = Partial<
  ArgumentsCamelCase<
    InferredOptionTypes<typeof LIST_OPTIONS & typeof FILTER_OPTIONS & typeof PART_TEXT_OPTIONS>
  >
>;
