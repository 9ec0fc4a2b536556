import { composed } from '../core/same-text.ts';
import { parseCsvRow, SEPARATORS, separatorLine } from './csv-cells.ts';
import {
  type CsvTable,
  type KeyOf,
  severalItems,
  undecided,
  withoutEmptyEnd,
} from './csv-table.ts';
import { findName } from './find-name.ts';
import { type CsvRecord, csvRecords } from './list-rows.ts';
import type { Line, TextPlace } from './read-lines.ts';
import { unusable } from './rejections.ts';

/** What the head of a CSV is looked at for. */
export interface HeaderWanted {
  /** For messages. */
  readonly name: string;
  /** As the job says. */
  readonly separator: string | undefined;
  /** For a list that does not name its own in its first line. */
  readonly usualSeparator: string | undefined;
  readonly column: string | undefined;
  /** Columns that it must have. */
  readonly required: readonly string[];
  /** Names by which the naming column is known, best first. */
  readonly naming: readonly string[];
  readonly keyOf: KeyOf;
}

/** A table and where its first row of items begins. */
export interface CsvHead {
  readonly table: CsvTable;
  readonly body: TextPlace;
}

const START: TextPlace = { offset: 0, line: 1 };
const EMPTY: CsvTable = {
  names: [''],
  naming: 0,
  separator: ',',
  isGuess: false,
  hasHeader: false,
  isNamed: false,
};

/** True if a line is the header of a CSV, or names the separator of one. */
export function isCsvHead(
  text: string,
  { column, naming }: Pick<HeaderWanted, 'column' | 'naming'>,
): boolean {
  const wanted = column === undefined ? naming : [column];
  const rows = [null, ...SEPARATORS].map((separator) => parseCsvRow(text, separator));
  const hasColumn = rows.some((row) => row.kind === 'cells' && findName(row.cells, wanted) !== -1);
  return hasColumn || separatorLine(text) !== null;
}

/** Reads the head of a CSV. A first row that names an item is no header: its columns are 1, 2, 3. */
export async function readCsvHead(
  lines: AsyncIterable<Line>,
  wanted: HeaderWanted,
): Promise<CsvHead> {
  let { separator } = wanted;
  let start = START;
  for await (const record of csvRecords(lines)) {
    const place = `${wanted.name}:${record.line}`;
    if (record.fault !== null) throw unusable('bad_header', `${place} ${record.fault}.`);
    const told = start === START ? separatorLine(record.text) : null;
    if (told === null) {
      separator ??= wanted.usualSeparator;
      return headOf(record, { ...wanted, separator, place, start });
    }
    separator ??= told;
    start = record.next;
  }
  return { table: EMPTY, body: start };
}

interface FirstRow extends HeaderWanted {
  readonly place: string;
  /** Where the first row of a list without header begins. */
  readonly start: TextPlace;
}

interface Reading {
  readonly separator: string | null;
  readonly cells: readonly string[];
}

function headOf(record: CsvRecord, first: FirstRow): CsvHead {
  const readings = readingsOf(record.text, first);
  const isGuess = first.separator === undefined;
  const headers = readings.filter(({ cells }) => findColumn(cells, first) !== -1);
  if (headers.length > 0) {
    const { separator, cells } = onlyReading(headers, first);
    const naming = findColumn(cells, first);
    checkNames(cells, first);
    const table = { names: cells, naming, separator, isGuess, hasHeader: true, isNamed: true };
    return { table, body: record.next };
  }
  const rows = readings.filter(({ cells }) => itemIn(cells, first) !== -1);
  if (rows.length === 0) throw noColumn(widest(readings).cells, first);
  const { separator, cells } = onlyItem(rows, first);
  const naming = itemIn(cells, first);
  const names = cells.map((_, at) => String(at + 1));
  checkRequired(names, first);
  const isNamed = first.column !== undefined;
  const items = cells.filter((cell) => first.keyOf(cell) !== null).length;
  if (items > 1 && !isNamed) throw unusable('bad_header', `${first.place} ${severalItems(items)}.`);
  return {
    table: { names, naming, separator, isGuess, hasHeader: false, isNamed },
    body: first.start,
  };
}

/** The first row, split in every way that it may be meant. */
function readingsOf(text: string, { separator, place }: FirstRow): Reading[] {
  const tried = separator === undefined ? [null, ...SEPARATORS] : [separator];
  const rows = tried.map((one) => ({ separator: one, row: parseCsvRow(text, one) }));
  const readings = rows.flatMap(({ separator: one, row }): Reading[] =>
    row.kind === 'fault' ? [] : [{ separator: one, cells: withoutEmptyEnd(row.cells, 1) }],
  );
  const fault = rows.find(({ row }) => row.kind === 'fault')?.row;
  if (readings.length === 0 && fault?.kind === 'fault') {
    throw unusable('bad_header', `${place} ${fault.reason}.`);
  }
  return readings;
}

/** The reading of a header: if nothing separates, its one cell. */
function onlyReading(headers: readonly Reading[], { place }: FirstRow): Reading {
  const split = headers.filter(({ cells }) => cells.length > 1);
  const [first = headers[0], second] = split;
  if (first === undefined || second !== undefined) {
    throw unusable('bad_header', `${place} ${undecided('with more than one separator')}.`);
  }
  return first;
}

/** The reading of a first row of items: all readings must name the same item. */
function onlyItem(rows: readonly Reading[], first: FirstRow): Reading {
  const keys = rows.map(({ cells }) => first.keyOf(cells[itemIn(cells, first)] ?? ''));
  if (new Set(keys).size > 1) {
    throw unusable('bad_header', `${first.place} ${undecided('it has no header')}.`);
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
    `${place} has columns that differ in case only: ${namesOf(cells)}. Name one with column: NAME, as it is spelled.`,
  );
}

/** Place of the cell that names an item, in a row without header; -1 if none does. */
function itemIn(cells: readonly string[], { column, keyOf }: FirstRow): number {
  if (column === undefined) return cells.findIndex((cell) => keyOf(cell) !== null);
  const place = /^[1-9]\d{0,3}$/.test(column) ? Number(column) - 1 : -1;
  return keyOf(cells[place] ?? '') === null ? -1 : place;
}

function checkNames(cells: readonly string[], first: FirstRow): void {
  const names = cells.map(composed);
  const twice = cells.find((_, at) => names.indexOf(names[at] ?? '') !== at);
  if (twice !== undefined) {
    const shown = JSON.stringify(twice.slice(0, 60));
    throw unusable('bad_header', `${first.place} has the column ${shown} twice.`);
  }
  checkRequired(cells, first);
}

function checkRequired(names: readonly string[], { place, required }: FirstRow): void {
  const known = new Set(names.map(composed));
  const missing = required.filter((name) => !known.has(composed(name)));
  if (missing.length === 0) return;
  throw unusable(
    'bad_header',
    `${place} has no column ${missing.join(', ')}; it has ${namesOf(names)}.`,
  );
}

function namesOf(names: readonly string[]): string {
  return names.slice(0, 20).join(', ').slice(0, 200);
}

function noColumn(cells: readonly string[], { place, column, naming }: FirstRow) {
  const wanted = column ?? naming.join(', ');
  return unusable(
    'bad_header',
    `${place} has no column ${wanted}; it has ${namesOf(cells)}. Name one with column: NAME.`,
  );
}
