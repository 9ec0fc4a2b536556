import { extname } from 'node:path';
import type { Files } from '../core/world.ts';
import { isCsvHead, readCsvHead } from './csv-header.ts';
import { csvRows, type FindKey } from './csv-table.ts';
import { detectLineEnd, readHead, rejectOtherKinds } from './list-head.ts';
import { csvRecords, jsonRows, type ListFormat, type ListRow, textRows } from './list-rows.ts';
import { eachOf, type Line, readLines, type TextPosition } from './read-lines.ts';
import { unusable } from './rejections.ts';

/** The path and expected content of a list. */
export interface ListShape {
  /** Absolute path of the list. */
  readonly path: string;
  /** Name of the list in messages. */
  readonly name: string;
  /** Format of the list. If absent, ucbulk finds it by the name of the file or by the first line. */
  readonly format?: ListFormat | undefined;
  /** Separator between the cells of a CSV. If absent, ucbulk finds it. */
  readonly separator?: string | undefined;
  /** The column or key that identifies the item. If absent, ucbulk uses one of `naming`. */
  readonly column?: string | undefined;
  /** Other columns that the list must have. */
  readonly required?: readonly string[] | undefined;
  /** True for a column of a CSV that the rows must contain. */
  readonly keeps: (column: string) => boolean;
  /** Usual names of the column that identifies the item, best first. */
  readonly naming: readonly string[];
  /**
   * Finds the item in a cell. With it, ucbulk detects that a list has no header, or that a separator is
   * wrong.
   */
  readonly findKey: FindKey;
}

/** Reads the rows of a list, starting at any position. */
export interface ListReader {
  /** True if each row contains its own keys, as in NDJSON, so that there is no header. */
  readonly hasOwnKeys: boolean;
  /** The rows, in blocks. Read each block to its end before you ask for the next one. */
  rows(from: TextPosition): AsyncGenerator<Iterable<ListRow>>;
}

const START: TextPosition = { offset: 0, line: 1 };
const BY_EXTENSION: Readonly<Record<string, ListFormat>> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
};

/**
 * Opens a list and checks its header. Throws an error if the list can't be read, or if no column identifies
 * the items.
 */
export async function openList(files: Files, shape: ListShape): Promise<ListReader> {
  const head = await readHead(files.readBytes(shape.path, 0));
  rejectOtherKinds(head, shape.name);
  const lineEnd = detectLineEnd(head);
  const lines = (from: TextPosition) =>
    readLines(files.readBytes(shape.path, from.offset), from, lineEnd);
  const { name, column, required = [], naming, findKey } = shape;
  switch (await detectFormat(shape, lines(START))) {
    case 'txt':
      if (required[0] !== undefined) throw noColumns(name, required);
      return { hasOwnKeys: false, rows: (from) => mapBlocks(lines(from), textRows) };
    case 'ndjson':
      return {
        hasOwnKeys: true,
        rows: (from) =>
          mapBlocks(lines(from), (block) =>
            jsonRows(block, column === undefined ? naming : [column]),
          ),
      };
    case 'csv': {
      const usualSeparator = extname(shape.path).toLowerCase() === '.tsv' ? '\t' : undefined;
      const { separator } = shape;
      const options = { name, separator, usualSeparator, column, required, naming, findKey };
      const { table, body } = await readCsvHead(lines(START), options);
      const kept = table.names.map((name) => shape.keeps(name));
      const start = (from: TextPosition) => (from.offset < body.offset ? body : from);
      return {
        hasOwnKeys: false,
        rows: (from) =>
          mapBlocks(csvRecords(lines(start(from))), (block) =>
            csvRows(block, table, { findKey, kept }),
          ),
      };
    }
  }
}

async function detectFormat(
  { path, name, format, separator, column, naming }: ListShape,
  lines: AsyncGenerator<readonly Line[]>,
): Promise<ListFormat> {
  const named = format ?? BY_EXTENSION[extname(path).toLowerCase()];
  if (named === 'txt' || named === 'csv') return named;
  const first = await firstText(lines);
  if (first.startsWith('[')) throw jsonArray(name);
  if (named !== undefined) return named;
  if (separator !== undefined || isCsvHead(first, { column, naming })) return 'csv';
  return first.startsWith('{') ? 'ndjson' : 'txt';
}

async function* mapBlocks<From, To>(
  blocks: AsyncIterable<From>,
  convert: (block: From) => Iterable<To>,
): AsyncGenerator<Iterable<To>> {
  for await (const block of blocks) yield convert(block);
}

async function firstText(blocks: AsyncGenerator<readonly Line[]>): Promise<string> {
  for await (const { text } of eachOf(blocks)) if (text.trim() !== '') return text.trim();
  return '';
}

function jsonArray(name: string) {
  const message = `${name} begins with [: a JSON array is not read. Write one value a line (NDJSON): jq -c '.[]' does that.`;
  return unusable('json_array', message);
}

function noColumns(name: string, required: readonly string[]) {
  const message = `${name} is a list of one item a line and has no columns, but ${required.join(', ')} is wanted; save it as CSV, or set format: csv.`;
  return unusable('bad_header', message);
}
