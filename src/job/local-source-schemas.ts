import * as z from 'zod';
import { blockSchema, flagSchema, pathGlobsSchema } from './job-value-schemas.ts';

const columnError = { error: 'the name of a column' };

function pathSchema(expected: string) {
  return z
    .string({ error: expected })
    .min(1, { error: expected })
    .max(4096, { error: 'a path of at most 4096 characters' })
    .refine((path) => !path.includes('\0'), { error: 'is not a path' });
}

const onBadRowSchema = z.enum(['fail', 'skip'], { error: 'fail or skip' }).default('fail');

const SEPARATOR = { error: 'one of , ; | or tab' };
const separatorSchema = z
  .enum([',', ';', '|', 'tab', '\t'], SEPARATOR)
  .transform((given) => (given === 'tab' ? '\t' : given));

const listKeys = {
  path: pathSchema('the path of a list, or - for standard input').describe(
    'The list, from the folder of the job file; - is standard input',
  ),
  format: z
    .enum(['txt', 'csv', 'ndjson'], { error: 'txt, csv or ndjson' })
    .optional()
    .describe('How the list is written; by its name if absent'),
  separator: separatorSchema
    .optional()
    .describe('What separates the cells of a CSV: , ; | or tab; found out if absent'),
  column: z
    .string(columnError)
    .min(1, columnError)
    .max(200, columnError)
    .optional()
    .describe('The column, or JSON key, that names the item; found by its usual names if absent'),
  onBadRow: onBadRowSchema.describe(
    'fail: nothing is done if any row is bad; skip: bad rows are told and left out',
  ),
};

const columnsSchema = z
  .array(z.string(columnError).min(1, columnError).max(200, columnError), {
    error: 'a list of columns',
  })
  .max(100, { error: 'a list of at most 100 columns' });

/** Only a CSV is split by a separator: with another format it would be ignored. */
function splitsCsv(list: { format?: string | undefined; separator?: string | undefined }): boolean {
  return list.separator === undefined || list.format === undefined || list.format === 'csv';
}

const NOT_SPLIT = {
  path: ['separator'],
  error: 'is for a CSV only: set format: csv, or leave it out',
};

/** `source.list`: files of the project, named one by one. */
export const listSchema = blockSchema({
  ...listKeys,
  columns: columnsSchema
    .default([])
    .describe('Other columns to keep with each file; none if absent'),
}).refine(splitsCsv, NOT_SPLIT);

/** `source.urls`: URLs to import. */
export const urlsSchema = blockSchema({
  ...listKeys,
  columns: columnsSchema.optional().describe('Other columns to keep with each URL; all if absent'),
}).refine(splitsCsv, NOT_SPLIT);

/** What nobody means to upload: dot files, and what Windows, Office and macOS leave behind. */
const JUNK = [
  '.*',
  'Thumbs.db',
  'ehthumbs*.db',
  'desktop.ini',
  '$RECYCLE.BIN',
  'System Volume Information',
  '~$*',
  '__MACOSX',
  'Icon\r',
] as const;

/** `source.folder`: local files. */
export const folderSchema = blockSchema({
  path: pathSchema('the path of a folder').describe('The folder, from the folder of the job file'),
  match: pathGlobsSchema
    .optional()
    .describe('Only files whose path below the folder matches: a glob or a list; all if absent'),
  exclude: z
    .union([z.array(z.never()).max(0), pathGlobsSchema], {
      error: 'a glob such as *.tmp, a list of globs, or []',
    })
    .default([...JUNK])
    .describe(
      'Files and folders to leave out, by name or by path below the folder; [] for none. Dot files and what systems leave behind if absent',
    ),
  followLinks: flagSchema.default(false).describe('Whether symbolic links are followed'),
  onUnreadable: onBadRowSchema.describe(
    'fail: stops at what can not be read; skip: it is told and left out',
  ),
});
