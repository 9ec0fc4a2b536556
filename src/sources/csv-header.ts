import { composed } from '../core/same-text.ts';
import { parseCsvRow, SEPARATORS, separatorLine } from './csv-cells.ts';
import {
  ambiguousMessage,
  type CsvTable,
  dropEmptyEnd,
  type FindKey,
  severalItemsMessage,
} from './csv-table.ts';
import { findName } from './find-name.ts';
import { type CsvRecord, csvRecords } from './list-rows.ts';
import { eachOf, type Line, type TextPosition } from './read-lines.ts';
import { unusable } from './rejections.ts';

/** How to read the header of a CSV. */
export interface HeaderOptions {
  /** Name of the list in messages. */
  readonly name: string;
  /** The separator that the job sets. */
  readonly separator: string | undefined;
  /** The separator to use if neither the job nor the first line of the list names one. */
  readonly usualSeparator: string | undefined;
  readonly column: string | undefined;
  /** Names of columns that the list must have. */
  readonly required: readonly string[];
  /** Common names of the column that identifies the item, best first. */
  readonly naming: readonly string[];
  readonly findKey: FindKey;
}

/** The columns of a table, and the position of its first row of items. */
export interface CsvHead {
  readonly table: CsvTable;
  readonly body: TextPosition;
}

const START: TextPosition = { offset: 0, line: 1 };
const EMPTY: CsvTable = {
  names: [''],
  naming: 0,
  separator: ',',
  isGuess: false,
  hasHeader: false,
  isNamed: false,
};

/** True if a line names the column with the items, as a header does, or if it is a line such as `sep=;`. */
export function isCsvHead(
  text: string,
  { column, naming }: Pick<HeaderOptions, 'column' | 'naming'>,
): boolean {
  const possible = column === undefined ? naming : [column];
  const rows = [null, ...SEPARATORS].map((separator) => parseCsvRow(text, separator));
  const hasColumn = rows.some(
    (row) => row.kind === 'cells' && findName(row.cells, possible) !== -1,
  );
  return hasColumn || separatorLine(text) !== null;
}

/**
 * Reads the header of a CSV. If the first row contains an item, the list has no header. Its columns then get
 * the names 1, 2, 3 and so on.
 */
export async function readCsvHead(
  blocks: AsyncIterable<readonly Line[]>,
  options: HeaderOptions,
): Promise<CsvHead> {
  let { separator } = options;
  let start = START;
  for await (const record of eachOf(csvRecords(blocks))) {
    const place = `${options.name}:${record.line}`;
    if (record.fault !== null) throw unusable('bad_header', `${place} ${record.fault}.`);
    const declared = start === START ? separatorLine(record.text) : null;
    if (declared === null) {
      separator ??= options.usualSeparator;
      return readHeader(record, { ...options, separator, place, start });
    }
    separator ??= declared;
    start = record.next;
  }
  return { table: EMPTY, body: start };
}

interface FirstRow extends HeaderOptions {
  readonly place: string;
  /** Position of the first row, where the items of a list without a header begin. */
  readonly start: TextPosition;
}

interface Reading {
  readonly separator: string | null;
  readonly cells: readonly string[];
}

function readHeader(record: CsvRecord, first: FirstRow): CsvHead {
  const readings = splitFirstRow(record.text, first);
  const isGuess = first.separator === undefined;
  const headers = readings.filter(({ cells }) => findColumn(cells, first) !== -1);
  if (headers.length > 0) {
    const { separator, cells } = selectHeader(headers, first);
    const naming = findColumn(cells, first);
    checkNames(cells, first);
    const table = { names: cells, naming, separator, isGuess, hasHeader: true, isNamed: true };
    return { table, body: record.next };
  }
  const rows = readings.filter(({ cells }) => findItem(cells, first) !== -1);
  if (rows.length === 0) throw noColumn(widest(readings).cells, first);
  const { separator, cells } = selectFirstRow(rows, first);
  const naming = findItem(cells, first);
  const names = cells.map((_, at) => String(at + 1));
  checkRequired(names, first);
  const isNamed = first.column !== undefined;
  const items = cells.filter((cell) => first.findKey(cell) !== null).length;
  if (items > 1 && !isNamed)
    throw unusable('bad_header', `${first.place} ${severalItemsMessage(items)}.`);
  return {
    table: { names, naming, separator, isGuess, hasHeader: false, isNamed },
    body: first.start,
  };
}

/** Splits the first row with each possible separator. */
function splitFirstRow(text: string, { separator, place }: FirstRow): Reading[] {
  const tried = separator === undefined ? [null, ...SEPARATORS] : [separator];
  const rows = tried.map((one) => ({ separator: one, row: parseCsvRow(text, one) }));
  const readings = rows.flatMap(({ separator: one, row }): Reading[] =>
    row.kind === 'fault' ? [] : [{ separator: one, cells: dropEmptyEnd(row.cells, 1) }],
  );
  const fault = rows.find(({ row }) => row.kind === 'fault')?.row;
  if (readings.length === 0 && fault?.kind === 'fault') {
    throw unusable('bad_header', `${place} ${fault.reason}.`);
  }
  return readings;
}

/** Chooses the best way to split a header. If no separator splits it, the header is a single cell. */
function selectHeader(headers: readonly Reading[], { place }: FirstRow): Reading {
  const split = headers.filter(({ cells }) => cells.length > 1);
  const [first = headers[0], second] = split;
  if (first === undefined || second !== undefined) {
    throw unusable('bad_header', `${place} ${ambiguousMessage('with more than one separator')}.`);
  }
  return first;
}

/** Chooses the best way to split a first row that contains an item. Every way must find the same item. */
function selectFirstRow(rows: readonly Reading[], first: FirstRow): Reading {
  const keys = rows.map(({ cells }) => first.findKey(cells[findItem(cells, first)] ?? ''));
  if (new Set(keys).size > 1) {
    throw unusable('bad_header', `${first.place} ${ambiguousMessage('it has no header')}.`);
  }
  return widest(rows);
}

function widest(readings: readonly Reading[]): Reading {
  const [first, ...others] = readings;
  if (first === undefined) throw new Error('A row has at least one reading');
  return others.reduce((best, one) => (one.cells.length > best.cells.length ? one : best), first);
}

function findColumn(cells: readonly string[], { place, column, naming }: FirstRow): number {
  const found = findName(cells, column === undefined ? naming : [column]);
  if (found !== null) return found;
  throw unusable(
    'bad_header',
    `${place} has columns that differ in case only: ${listNames(cells)}. In a job file, name one with column: NAME, as it is spelled.`,
  );
}

/** Index of the cell that contains an item, in a row of a list without a header; -1 if no cell does. */
function findItem(cells: readonly string[], { column, findKey }: FirstRow): number {
  if (column === undefined) return cells.findIndex((cell) => findKey(cell) !== null);
  const place = /^[1-9]\d{0,3}$/.test(column) ? Number(column) - 1 : -1;
  return findKey(cells[place] ?? '') === null ? -1 : place;
}

function checkNames(cells: readonly string[], first: FirstRow): void {
  const names = cells.map(composed);
  const twice = cells.find((_, at) => names.indexOf(names[at] ?? '') !== at);
  if (twice !== undefined) {
    const name = JSON.stringify(twice.slice(0, 60));
    throw unusable('bad_header', `${first.place} has the column ${name} twice.`);
  }
  checkRequired(cells, first);
}

function checkRequired(names: readonly string[], { place, required }: FirstRow): void {
  const known = new Set(names.map(composed));
  const missing = required.filter((name) => !known.has(composed(name)));
  if (missing.length === 0) return;
  throw unusable(
    'bad_header',
    `${place} has no column ${missing.join(', ')}; it has ${listNames(names)}.`,
  );
}

function listNames(names: readonly string[]): string {
  return names.slice(0, 20).join(', ').slice(0, 200);
}

function noColumn(cells: readonly string[], { place, column, naming }: FirstRow) {
  const expected = column ?? naming.join(', ');
  return unusable(
    'bad_header',
    `${place} has no column ${expected}; it has ${listNames(cells)}. Rename one of them, or name it with column: NAME in a job file.`,
  );
}
