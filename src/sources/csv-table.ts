import type { JsonValue } from '../core/json.ts';
import { type CsvRow, parseCsvRow, SEPARATORS } from './csv-cells.ts';
import type { CsvRecord, ListRow } from './list-rows.ts';

/** The columns of a CSV, and how its rows are split. */
export interface CsvTable {
  /** 1, 2, 3 … if the list has no header. */
  readonly names: readonly string[];
  /** Place in `names` of the column that names the item. */
  readonly naming: number;
  /** null: each row is one cell. */
  readonly separator: string | null;
  /** Neither the job nor the list says what the separator is: each row must bear the guess out. */
  readonly isGuess: boolean;
  readonly hasHeader: boolean;
  /** The job names the column: of a list without header, other cells may be items too. */
  readonly isNamed: boolean;
}

/** The item that a text names, or null. */
export type KeyOf = (text: string) => string | null;

/** Splits the records of a list below its header. */
export async function* csvRows(
  records: AsyncIterable<CsvRecord>,
  table: CsvTable,
  keyOf: KeyOf,
): AsyncGenerator<ListRow> {
  for await (const record of records) yield rowOf(record, table, keyOf);
}

/** The cells of a record, or what is wrong with it. */
export function splitRecord({ text, fault }: CsvRecord, separator: string | null): CsvRow {
  return fault === null ? parseCsvRow(text, separator) : { kind: 'fault', reason: fault };
}

function rowOf(record: CsvRecord, table: CsvTable, keyOf: KeyOf): ListRow {
  const { line, next, text } = record;
  const { names, naming, separator } = table;
  const bad = (reason: string): ListRow => ({ line, next, value: '', columns: {}, fault: reason });
  const row = splitRecord(record, separator);
  if (row.kind === 'fault') return bad(row.reason);
  const cells = withoutEmptyEnd(row.cells, names.length);
  const doubt = table.isGuess ? otherReading(text, cells, table, keyOf) : null;
  if (doubt !== null) return bad(undecided(doubt));
  if (cells.length > names.length) {
    return bad(`has ${cells.length} cells under ${names.length} columns`);
  }
  const items = cells.filter((cell) => keyOf(cell) !== null);
  if (!table.hasHeader && !table.isNamed && items.length > 1)
    return bad(severalItems(items.length));
  const entries = cells.map((cell, place): [string, JsonValue] => [names[place] ?? '', cell]);
  const beside = entries.filter(([, cell], place) => place !== naming && cell !== '');
  return {
    line,
    next,
    value: cells[naming] ?? '',
    columns: Object.fromEntries(beside),
    fault: null,
  };
}

/** Spreadsheets end rows with empty cells that have no column. */
export function withoutEmptyEnd(cells: readonly string[], length: number): readonly string[] {
  let end = cells.length;
  while (end > length && cells[end - 1] === '') end -= 1;
  return cells.slice(0, end);
}

/** A separator with which the row would name another item; null if the guess is the only reading. */
function otherReading(
  text: string,
  cells: readonly string[],
  { names, naming, separator, hasHeader }: CsvTable,
  keyOf: KeyOf,
): string | null {
  const isTable = hasHeader && names.length > 1;
  if (isTable && cells.length === names.length) return null; // as many cells as the header has
  const key = keyOf(cells[naming] ?? '');
  const others = [null, ...SEPARATORS].filter((other) => other !== separator);
  const found = others.find((other) => {
    const row = parseCsvRow(text, other);
    if (row.kind === 'fault') return false;
    if (isTable && row.cells.length !== names.length) return false;
    const keys = (isTable ? [row.cells[naming] ?? ''] : row.cells).map(keyOf);
    return keys.some((one) => one !== null && one !== key);
  });
  return found === undefined ? null : showSeparator(found);
}

/** The message for a row that can be split in more than one way. */
export function undecided(other: string): string {
  return `can be read in more than one way (${other}): set separator in the job, or put quotes around cells`;
}

/** The message for a row without header that names more than one item. */
export function severalItems(count: number): string {
  return `names ${count} items: give the list a header, or set column: "1" for the first`;
}

function showSeparator(separator: string | null): string {
  if (separator === null) return 'also as one cell';
  return `also with ${separator === '\t' ? 'a tab' : separator} as separator`;
}
