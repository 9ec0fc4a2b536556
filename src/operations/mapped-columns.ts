import * as z from 'zod';
import { MAX_METADATA_VALUE } from '../core/file-limits.ts';
import type { JsonObject } from '../core/json.ts';
import { composed } from '../core/same-text.ts';
import { blockSchema, metadataKeySchema } from '../job/job-value-schemas.ts';

const COLUMN = { error: 'the name of a column' };

const columnSchema = z.string(COLUMN).min(1, COLUMN).max(200, COLUMN);

/** The schema of an option that says which columns of a list contain the name and the metadata of a file. */
export const columnMapSchema = blockSchema({
  filename: columnSchema.optional().describe('Column with the file name'),
  metadata: z
    .record(metadataKeySchema, columnSchema, { error: 'a block of keys, each with a column' })
    .optional()
    .describe('Metadata keys, each with the column of its values'),
});

/** The parsed form of this option. */
export type ColumnMap = z.output<typeof columnMapSchema>;

/** The name and metadata that a row contains. An empty cell sets nothing. */
export interface MappedColumns {
  readonly filename?: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The names of the columns that a map uses. */
export function mappedColumnNames({ filename, metadata = {} }: ColumnMap): string[] {
  return [...(filename === undefined ? [] : [filename]), ...Object.values(metadata)];
}

/** Describes why a row can't be used with this map; null if it can. */
export function columnFault(map: ColumnMap, columns: JsonObject): string | null {
  for (const [key, column] of Object.entries(map.metadata ?? {})) {
    const value = textAt(columns, column);
    if (value === null) return `column ${shown(column)} is neither text nor a number`;
    const length = [...value].length;
    if (length > MAX_METADATA_VALUE) {
      return `column ${shown(column)} has ${length} characters; metadata ${key} takes at most ${MAX_METADATA_VALUE}`;
    }
  }
  const { filename } = map;
  if (filename === undefined) return null;
  const name = textAt(columns, filename);
  if (name !== null && !/\p{Cc}/u.test(name)) return null;
  return `column ${shown(filename)} is not a file name: it has more than one line of text`;
}

/** Reads the name and metadata from a row that has no faults. */
export function mapColumns(
  { filename, metadata = {} }: ColumnMap,
  columns: JsonObject,
): MappedColumns {
  const name = filename === undefined ? '' : (textAt(columns, filename) ?? '');
  const values = Object.entries(metadata).map(([key, column]) => {
    return [key, textAt(columns, column) ?? ''] as const;
  });
  return {
    ...(name !== '' && { filename: name }),
    metadata: Object.fromEntries(values.filter(([, value]) => value !== '')),
  };
}

/**
 * The text in a cell. It is empty if the row has no such cell, and null if the cell contains a list or an
 * object.
 */
function textAt(columns: JsonObject, column: string): string | null {
  const wanted = composed(column);
  const value = Object.entries(columns).find(([name]) => composed(name) === wanted)?.[1];
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? null : String(value);
}

function shown(column: string): string {
  return JSON.stringify(column.slice(0, 60));
}
