import type { JsonObject, JsonValue } from '../core/json.ts';
import { type CsvRow, parseCsvRow, SEPARATORS } from './csv-cells.ts';
import type { CsvRecord, ListRow } from './list-rows.ts';

/** The columns of a CSV and its separator. */
export interface CsvTable {
  /** Names of the columns. If the list has no header, the names are 1, 2, 3 … */
  readonly names: readonly string[];
  /** Index in `names` of the column that identifies the item. */
  readonly naming: number;
  /** The separator; null if each row is a single cell. */
  readonly separator: string | null;
  /**
   * True if neither the job nor the list names the separator, so that ucbulk guessed it. ucbulk then checks
   * for each row whether another separator is possible too.
   */
  readonly isGuess: boolean;
  readonly hasHeader: boolean;
  /**
   * True if the job names the column with the items. If it does not and the list has no header, ucbulk must
   * check that only one cell of a row contains an item.
   */
  readonly isNamed: boolean;
}

const NO_COLUMNS: JsonObject = {};

/** Finds the item that a text identifies; null if there is none. */
export type FindKey = (text: string) => string | null;

/** Defines how rows are split. */
export interface CsvRowOptions {
  readonly findKey: FindKey;
  /** For each column of the table, true if the rows must contain it. */
  readonly kept: readonly boolean[];
}

/** Splits the rows of a list after its header. */
export function* csvRows(
  records: Iterable<CsvRecord>,
  table: CsvTable,
  options: CsvRowOptions,
): Generator<ListRow> {
  for (const record of records) yield parseRow(record, table, options);
}

/** Splits a row into cells, or returns why the row is invalid. */
export function splitRecord({ text, fault }: CsvRecord, separator: string | null): CsvRow {
  return fault === null ? parseCsvRow(text, separator) : { kind: 'fault', reason: fault };
}

function parseRow(record: CsvRecord, table: CsvTable, { findKey, kept }: CsvRowOptions): ListRow {
  const { line, start, next, text } = record;
  const { names, naming, separator } = table;
  const place = { line, start, next };
  const bad = (reason: string): ListRow => ({ ...place, value: '', columns: {}, fault: reason });
  const row = splitRecord(record, separator);
  if (row.kind === 'fault') return bad(row.reason);
  const cells = dropEmptyEnd(row.cells, names.length);
  const ambiguity = table.isGuess ? otherReading(text, cells, table, findKey) : null;
  if (ambiguity !== null) return bad(ambiguousMessage(ambiguity));
  if (cells.length > names.length) {
    return bad(`has ${cells.length} cells under ${names.length} columns`);
  }
  if (!table.hasHeader && !table.isNamed) {
    const items = cells.filter((cell) => findKey(cell) !== null);
    if (items.length > 1) return bad(severalItemsMessage(items.length));
  }
  const columns = keptColumns(cells, table, kept);
  return { line, start, next, value: cells[naming] ?? '', columns, fault: null };
}

function keptColumns(
  cells: readonly string[],
  { names, naming }: CsvTable,
  kept: readonly boolean[],
): JsonObject {
  const columns: [string, JsonValue][] = [];
  for (let index = 0; index < cells.length; index += 1) {
    const cell = cells[index] ?? '';
    if (kept[index] === true && index !== naming && cell !== '') {
      columns.push([names[index] ?? '', cell]);
    }
  }
  return columns.length === 0 ? NO_COLUMNS : Object.fromEntries(columns);
}

/** Removes empty cells at the end of a row that belong to no column. Some spreadsheets write such cells. */
export function dropEmptyEnd(cells: readonly string[], length: number): readonly string[] {
  let end = cells.length;
  while (end > length && cells[end - 1] === '') end -= 1;
  return end === cells.length ? cells : cells.slice(0, end);
}

/**
 * Splits the row with the other separators too. Returns a separator with which the row would contain another
 * item; null if there is none.
 */
function otherReading(
  text: string,
  cells: readonly string[],
  { names, naming, separator, hasHeader }: CsvTable,
  findKey: FindKey,
): string | null {
  const isTable = hasHeader && names.length > 1;
  if (isTable && cells.length === names.length) return null; // the guess fits: as many cells as columns
  const key = findKey(cells[naming] ?? '');
  const others = [null, ...SEPARATORS].filter((other) => other !== separator);
  const found = others.find((other) => {
    const row = parseCsvRow(text, other);
    if (row.kind === 'fault') return false;
    if (isTable && row.cells.length !== names.length) return false;
    const keys = (isTable ? [row.cells[naming] ?? ''] : row.cells).map(findKey);
    return keys.some((one) => one !== null && one !== key);
  });
  return found === undefined ? null : showSeparator(found);
}

/** The message for a row that could also be split with the separator `other`. */
export function ambiguousMessage(other: string): string {
  return `can be read in more than one way (${other}): set separator in the job, or put quotes around cells`;
}

/** The message for a row that contains more than one item, in a list without a header. */
export function severalItemsMessage(count: number): string {
  return `names ${count} items: give the list a header, or set column: "1" for the first`;
}

function showSeparator(separator: string | null): string {
  if (separator === null) return 'also as one cell';
  return `also with ${separator === '\t' ? 'a tab' : separator} as separator`;
}
