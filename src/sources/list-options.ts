import { resolve } from 'node:path';
import * as z from 'zod';
import type { CheckedListContext } from './descriptor.ts';
import { STANDARD_INPUT } from './list-input.ts';
import { checkWholeList, type ListKind, type ListOptions } from './list-source.ts';

const columnError = { error: 'the name of a column' };

/** The schema of a path in a job file. */
export function pathSchema(expected: string) {
  return z
    .string({ error: expected })
    .min(1, { error: expected })
    .max(4096, { error: 'a path of at most 4096 characters' })
    .refine((path) => !path.includes('\0'), { error: 'is not a path' });
}

/** How a job treats rows or files that can't be read. */
export const onBadRowSchema = z.enum(['fail', 'skip'], { error: 'fail or skip' }).default('fail');

const SEPARATOR_NAMES: Readonly<Record<string, string>> = {
  comma: ',',
  semicolon: ';',
  pipe: '|',
  tabulator: 'tab',
  '\\t': 'tab',
};
const SEPARATOR = {
  error({ input }: { readonly input?: unknown }) {
    const name = String(input).toLowerCase();
    const meant = Object.hasOwn(SEPARATOR_NAMES, name) ? SEPARATOR_NAMES[name] : undefined;
    const known = 'one of , ; | or tab';
    return meant === undefined ? known : `${JSON.stringify(meant)} (${known})`;
  },
};
const separatorSchema = z
  .enum([',', ';', '|', 'tab', '\t'], SEPARATOR)
  .transform((given) => (given === 'tab' ? '\t' : given));

/** The options of every list. `naming` has the usual names of the column that identifies the item. */
export function listKeys(naming: readonly string[]) {
  return {
    path: pathSchema('the path of a list, or - for standard input').describe(
      'The list, relative to the folder of the job file; - is standard input',
    ),
    format: z
      .enum(['txt', 'csv', 'ndjson'], { error: 'txt, csv or ndjson' })
      .optional()
      .describe(
        'Format of the list; if absent, the ending of its name decides (.csv, .tsv, .ndjson, .jsonl), or else its first line',
      ),
    separator: separatorSchema
      .optional()
      .describe('Separator of the cells, only for a CSV; detected if absent'),
    column: z
      .string(columnError)
      .min(1, columnError)
      .max(200, columnError)
      .optional()
      .describe(
        `Column, or JSON key, that contains the item; if absent, the first of ${naming.join(', ')}`,
      ),
    onBadRow: onBadRowSchema.describe(
      'fail: ucbulk checks the whole list first, and a bad row stops the job before the run; skip: ucbulk reports bad rows and leaves them out',
    ),
  };
}

/** A text that continues the description of `columns`. */
export const MISSING_COLUMN =
  'If the list does not have one of them, ucbulk refuses the job before it sends anything';

/** Name of a column of a list. */
export const columnSchema = z.string(columnError).min(1, columnError).max(200, columnError);

/** Names of the columns to keep. */
export const columnsSchema = z
  .array(columnSchema, {
    error: 'a list of columns',
  })
  .max(100, { error: 'a list of at most 100 columns' });

/**
 * False if the options contain a separator although the format is not CSV. The separator would have no
 * effect.
 */
export function splitsCsv(list: Pick<ListOptions, 'format' | 'separator'>): boolean {
  return list.separator === undefined || list.format === undefined || list.format === 'csv';
}

/** The error for a separator in a list that is not a CSV. */
export const NOT_SPLIT = {
  path: ['separator'],
  error: 'is for a CSV only: set format: csv, or leave it out',
};

/** Describes a list for the output of `validate`: its name, and how invalid rows are treated. */
export function describeList({ path, onBadRow, key }: ListOptions): string {
  const name = path === STANDARD_INPUT ? 'standard input' : path;
  const by = key === undefined ? '' : `, each identified by its ${key}`;
  return `${name}${by}${onBadRow === 'skip' ? ', bad rows left out' : ''}`;
}

/** The parts of a descriptor that are the same for all lists. */
export function listParts(kind: ListKind) {
  return {
    tellsFacts: 'never',
    lists: 'none',
    withAbsolutePath: <Options extends ListOptions>(options: Options, folder: string): Options =>
      options.path === STANDARD_INPUT
        ? options
        : { ...options, path: resolve(folder, options.path) },
    readsInput: ({ path }: ListOptions) => path === STANDARD_INPUT,
    check: (options: ListOptions, { needs, ...context }: CheckedListContext, signal: AbortSignal) =>
      checkWholeList({ ...options, needs }, kind, context, signal),
  } as const;
}
