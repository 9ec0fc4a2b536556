import { extname } from 'node:path';
import type { Files } from '../core/world.ts';
import { isCsvHead, readCsvHead } from './csv-header.ts';
import { csvRows, type KeyOf } from './csv-table.ts';
import { lineEndOf, readHead, refuseOtherKinds } from './list-head.ts';
import { csvRecords, jsonRows, type ListFormat, type ListRow, textRows } from './list-rows.ts';
import { type Line, readLines, type TextPlace } from './read-lines.ts';
import { unusable } from './rejections.ts';

/** What a list may hold, and where it is. */
export interface ListShape {
  /** Absolute. */
  readonly path: string;
  /** For messages. */
  readonly name: string;
  /** By the file's name, else by its first line, if absent. */
  readonly format?: ListFormat | undefined;
  /** What separates the cells of a CSV; found out if absent. */
  readonly separator?: string | undefined;
  /** The column or key that names the item; one of `naming` where absent. */
  readonly column?: string | undefined;
  /** Columns that it must have beside. */
  readonly required?: readonly string[] | undefined;
  /** Names by which the column is known, best first. */
  readonly naming: readonly string[];
  /** Tells a table without a header, and whether a row was split as it was meant. */
  readonly keyOf: KeyOf;
}

/** Reads the rows of a list from a place in it on. */
export interface ListReader {
  /** Each row has keys of its own; the list has no header that names them. */
  readonly hasOwnKeys: boolean;
  rows(from: TextPlace): AsyncGenerator<ListRow>;
}

const START: TextPlace = { offset: 0, line: 1 };
const BY_EXTENSION: Readonly<Record<string, ListFormat>> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
};

/** Looks at the head of a list; throws if it can't be read, or has no column that names items. */
export async function openList(files: Files, shape: ListShape): Promise<ListReader> {
  const head = await readHead(files.readBytes(shape.path, 0));
  refuseOtherKinds(head, shape.name);
  const lineEnd = lineEndOf(head);
  const lines = (from: TextPlace) =>
    readLines(files.readBytes(shape.path, from.offset), from, lineEnd);
  const { name, column, required = [], naming, keyOf } = shape;
  switch (await formatOf(shape, lines(START))) {
    case 'txt':
      if (required[0] !== undefined) throw noColumnsAtAll(name, required);
      return { hasOwnKeys: false, rows: (from) => textRows(lines(from)) };
    case 'ndjson':
      return {
        hasOwnKeys: true,
        rows: (from) => jsonRows(lines(from), column === undefined ? naming : [column]),
      };
    case 'csv': {
      const usualSeparator = extname(shape.path).toLowerCase() === '.tsv' ? '\t' : undefined;
      const { separator } = shape;
      const wanted = { name, separator, usualSeparator, column, required, naming, keyOf };
      const { table, body } = await readCsvHead(lines(START), wanted);
      const start = (from: TextPlace) => (from.offset < body.offset ? body : from);
      return {
        hasOwnKeys: false,
        rows: (from) => csvRows(csvRecords(lines(start(from))), table, keyOf),
      };
    }
  }
}

async function formatOf(
  { path, name, format, separator, column, naming }: ListShape,
  lines: AsyncGenerator<Line>,
): Promise<ListFormat> {
  const named = format ?? BY_EXTENSION[extname(path).toLowerCase()];
  if (named === 'txt' || named === 'csv') return named;
  const first = await firstText(lines);
  if (first.startsWith('[')) throw jsonArray(name);
  if (named !== undefined) return named;
  if (separator !== undefined || isCsvHead(first, { column, naming })) return 'csv';
  return first.startsWith('{') ? 'ndjson' : 'txt';
}

async function firstText(lines: AsyncGenerator<Line>): Promise<string> {
  for await (const { text } of lines) if (text.trim() !== '') return text.trim();
  return '';
}

function jsonArray(name: string) {
  const message = `${name} begins with [: a JSON array is not read. Write one value a line (NDJSON): jq -c '.[]' does that.`;
  return unusable('json_array', message);
}

function noColumnsAtAll(name: string, required: readonly string[]) {
  const message = `${name} is a list of one item a line and has no columns, but ${required.join(', ')} is wanted; save it as CSV, or set format: csv.`;
  return unusable('bad_header', message);
}
