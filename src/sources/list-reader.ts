import { basename, extname } from 'node:path';
import type { Files } from '../core/world.ts';
import { delimiterOf } from './csv-cells.ts';
import {
  type Columns,
  csvRecords,
  csvRows,
  jsonRows,
  type ListFormat,
  type ListRow,
  textRows,
} from './list-rows.ts';
import { readLines, type TextPlace } from './read-lines.ts';
import { unusable } from './rejections.ts';

/** What a list may hold, and where it is. */
export interface ListShape {
  /** Absolute. */
  readonly path: string;
  /** By the file's name, else by its first line, where absent. */
  readonly format?: ListFormat | undefined;
  /** The column or key that names the item; one of `naming` where absent. */
  readonly column?: string | undefined;
  /** Columns that it must have beside. */
  readonly required?: readonly string[] | undefined;
  /** Names by which the column is known, best first. */
  readonly naming: readonly string[];
  /** True where a text names an item: tells a table without a header. */
  readonly isItem: (text: string) => boolean;
}

/** Reads the rows of a list from a place in it on. */
export interface ListReader {
  rows(from: TextPlace): AsyncGenerator<ListRow>;
}

const START: TextPlace = { offset: 0, line: 1 };
const BY_EXTENSION: Readonly<Record<string, ListFormat>> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
};

/** Looks at the head of a list; throws where it can't be read, or has no column that names items. */
export async function openList(files: Files, shape: ListShape): Promise<ListReader> {
  const lines = (from: TextPlace) => readLines(files.readBytes(shape.path, from.offset), from);
  const naming = shape.column === undefined ? shape.naming : [shape.column];
  const format = shape.format ?? BY_EXTENSION[extname(shape.path).toLowerCase()];
  switch (format ?? (await formatOfFirstLine(lines(START)))) {
    case 'txt':
      if (shape.required?.[0] !== undefined) throw noColumnsAtAll(shape);
      return { rows: (from) => textRows(lines(from)) };
    case 'ndjson':
      return { rows: (from) => jsonRows(lines(from), naming) };
    case 'csv': {
      const { columns, body } = await readHeader(lines(START), shape);
      const start = (from: TextPlace) => (from.offset < body.offset ? body : from);
      return { rows: (from) => csvRows(lines(start(from)), columns) };
    }
  }
}

async function formatOfFirstLine(lines: ReturnType<typeof readLines>): Promise<ListFormat> {
  for await (const { text } of lines) {
    if (text.trim() !== '') return /^\s*\{/.test(text) ? 'ndjson' : 'txt';
  }
  return 'txt';
}

interface Header {
  readonly columns: Columns;
  /** Where the first row of items begins. */
  readonly body: TextPlace;
}

/** A first row that names an item is no header: then its columns are called 1, 2, 3. */
async function readHeader(lines: ReturnType<typeof readLines>, shape: ListShape): Promise<Header> {
  const name = basename(shape.path);
  const kept: string[] = [];
  const watched = async function* () {
    for await (const line of lines) {
      kept.push(line.text);
      yield line;
    }
  };
  for await (const { row, next, line } of csvRecords(watched(), null)) {
    if (row.kind === 'fault') throw unusable('bad_header', `${name}:${line} ${row.reason}.`);
    const delimiter = delimiterOf(kept.join('\n'));
    const { cells } = row;
    const naming = findColumn(cells, shape);
    if (naming !== -1) {
      checkNames(cells, `${name}:${line}`);
      checkRequired(cells, `${name}:${line}`, shape);
      return { columns: { names: cells, naming, delimiter }, body: next };
    }
    const first = shape.column === undefined ? cells.findIndex(shape.isItem) : -1;
    if (first === -1) throw noColumn(cells, `${name}:${line}`, shape);
    const names = cells.map((_, place) => String(place + 1));
    checkRequired(names, `${name}:${line}`, shape);
    return { columns: { names, naming: first, delimiter }, body: START };
  }
  return { columns: { names: [''], naming: 0, delimiter: ',' }, body: START };
}

function findColumn(cells: readonly string[], { column, naming }: ListShape): number {
  const lower = cells.map((cell) => cell.toLowerCase());
  const wanted = column === undefined ? naming : [column];
  const name = wanted.find((one) => lower.includes(one.toLowerCase()));
  return name === undefined ? -1 : lower.indexOf(name.toLowerCase());
}

function checkNames(cells: readonly string[], place: string): void {
  const twice = cells.find((cell, at) => cells.indexOf(cell) !== at);
  if (twice === undefined) return;
  throw unusable(
    'bad_header',
    `${place} has the column ${JSON.stringify(twice.slice(0, 60))} twice.`,
  );
}

function checkRequired(
  names: readonly string[],
  place: string,
  { required = [] }: ListShape,
): void {
  const missing = required.filter((name) => !names.includes(name));
  if (missing.length === 0) return;
  throw unusable(
    'bad_header',
    `${place} has no column ${missing.join(', ')}; it has ${namesOf(names)}.`,
  );
}

function noColumnsAtAll({ path, required = [] }: ListShape) {
  const message = `${basename(path)} is a list of one item a line and has no columns, but ${required.join(', ')} is wanted; save it as CSV, or set format: csv.`;
  return unusable('bad_header', message);
}

function namesOf(names: readonly string[]): string {
  return names.slice(0, 20).join(', ').slice(0, 200);
}

function noColumn(cells: readonly string[], place: string, shape: ListShape) {
  const wanted = shape.column ?? shape.naming.join(', ');
  return unusable(
    'bad_header',
    `${place} has no column ${wanted}; it has ${namesOf(cells)}. Name one with column: NAME.`,
  );
}
