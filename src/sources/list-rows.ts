import type { JsonObject, JsonValue } from '../core/json.ts';
import { hasOddQuotes, isEmptyRow } from './csv-cells.ts';
import { findName } from './find-name.ts';
import { type Line, MAX_LINE_BYTES, type TextPosition } from './read-lines.ts';

const MIXED_ENDS = 'has a line end of another kind in it: save the list with one kind of line ends';

/** The format of a list. */
export type ListFormat = 'txt' | 'csv' | 'ndjson';

/**
 * A row of a list. It has the text that identifies the item and the other columns, or the reason why it is
 * invalid.
 */
export interface ListRow {
  /** Number of the row's first line, starting at 1. */
  readonly line: number;
  /** Number of bytes before the row. */
  readonly start: number;
  readonly next: TextPosition;
  readonly value: string;
  readonly columns: JsonObject;
  /** All keys of the row, if each row contains its own keys; absent if a header names the columns. */
  readonly keys?: readonly string[];
  readonly fault: string | null;
}

/** Reads one URL or UUID per line; ignores blank lines and lines that start with `#`. */
export function* textRows(lines: Iterable<Line>): Generator<ListRow> {
  for (const { no, start, text, fault, next } of lines) {
    const value = text.trim();
    if (fault === null && (value === '' || value.startsWith('#'))) continue;
    const isMixed = /[\r\n]/.test(value);
    const row = { line: no, start, next, value, columns: {} };
    yield { ...row, fault: fault ?? (isMixed ? MIXED_ENDS : null) };
  }
}

/**
 * Reads one JSON object or string per line. If it is an object, the first key of `naming` that it contains
 * identifies the item.
 */
export function* jsonRows(lines: Iterable<Line>, naming: readonly string[]): Generator<ListRow> {
  for (const { no, start, text, fault, next } of lines) {
    if (fault === null && text.trim() === '') continue;
    const row = { line: no, start, next, value: '', columns: {} };
    yield { ...row, ...(fault === null ? jsonCells(text, naming) : { fault }) };
  }
}

/** A row of a CSV before it is split into cells. Quoted cells may contain line ends. */
export interface CsvRecord {
  /** Number of the row's first line, starting at 1. */
  readonly line: number;
  /** Number of bytes before the row. */
  readonly start: number;
  readonly next: TextPosition;
  readonly text: string;
  /** The reason why the row is invalid; null if it can be split. */
  readonly fault: string | null;
}

/**
 * Reads the rows of a CSV, in the blocks of their lines. Leaves out empty rows. A row with a quote that is
 * never closed ends at the maximum length of a line. Read each block to its end before you ask for the next
 * one: a row may begin in one block and end in another.
 */
export async function* csvRecords(
  blocks: AsyncIterable<readonly Line[]>,
): AsyncGenerator<Iterable<CsvRecord>> {
  const reader = new RecordReader();
  for await (const lines of blocks) yield reader.read(lines);
  yield reader.end();
}

class RecordReader {
  #open: OpenRow | null = null;

  *read(lines: readonly Line[]): Generator<CsvRecord> {
    for (const line of lines) {
      const isWhole = this.#open === null && isWholeRow(line);
      const record = isWhole ? wholeRecord(line) : this.#addToOpen(line);
      if (record !== null) yield record;
    }
  }

  *end(): Generator<CsvRecord> {
    if (this.#open !== null) yield unclosedRecord(this.#open);
  }

  /** Adds a line to the open row, or opens a row. Returns the row if it is complete or invalid. */
  #addToOpen({ no, start, text, fault, next }: Line): CsvRecord | null {
    const row: OpenRow = this.#open ?? new OpenRow(no, start);
    row.add(text, next);
    this.#open = null;
    if (fault !== null) return { line: no, start: row.start, next, text: '', fault };
    if (row.length > MAX_LINE_BYTES) return unclosedRecord(row);
    if (!row.isOpen) return isEmptyRow(row.text()) ? null : closeRow(row);
    this.#open = row;
    return null;
  }
}

/** True for a line without quotes, line ends and faults. Most lines are like this. */
function isWholeRow({ text, fault }: Line): boolean {
  return fault === null && text.length < MAX_LINE_BYTES && !/["\r\n]/.test(text);
}

/** Converts a whole row; null if it is empty. */
function wholeRecord({ no, start, text, fault, next }: Line): CsvRecord | null {
  return isEmptyRow(text) ? null : { line: no, start, next, text, fault };
}

/** A row whose last quote may be closed in a later line. Each line is examined only once. */
class OpenRow {
  readonly line: number;
  readonly start: number;
  next: TextPosition = { offset: 0, line: 1 };
  length = 0;
  isOpen = false;
  readonly #lines: string[] = [];

  constructor(line: number, start: number) {
    this.line = line;
    this.start = start;
  }

  add(text: string, next: TextPosition): void {
    this.#lines.push(text);
    this.next = next;
    this.length += text.trim() === '' && !this.isOpen ? 0 : text.length + 1;
    if (hasOddQuotes(text)) this.isOpen = !this.isOpen;
  }

  text(): string {
    return this.#lines.join('\n');
  }
}

function closeRow(row: OpenRow): CsvRecord {
  const { line, start, next } = row;
  const text = row.text();
  const hasLineEnd = /[\r\n]/.test(text) && /[\r\n]/.test(text.replaceAll(/"[^"]*"/g, ''));
  return { line, start, next, text, fault: hasLineEnd ? MIXED_ENDS : null };
}

function unclosedRecord({ line, start, next }: OpenRow): CsvRecord {
  const reason = `has a quote that is never closed; lines ${line} to ${next.line - 1} were taken for one row`;
  return { line, start, next, text: '', fault: reason };
}

function jsonCells(
  text: string,
  naming: readonly string[],
): Pick<ListRow, 'fault'> & Partial<ListRow> {
  const parsed = parseJson(text);
  if (typeof parsed === 'string') return { value: parsed, fault: null };
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return { fault: 'is neither a JSON object nor a text' };
  }
  const keys = Object.keys(parsed);
  const texts = keys.filter((key) => typeof parsed[key] === 'string');
  const place = findName(texts, naming);
  if (place === null) return { fault: 'has keys that differ in case only: name one with column' };
  const name = texts[place];
  if (name === undefined) return { fault: missingNameFault(keys, naming) };
  const others = Object.entries(parsed).filter(([key]) => key !== name);
  return { value: String(parsed[name]), columns: Object.fromEntries(others), keys, fault: null };
}

function missingNameFault(keys: readonly string[], naming: readonly string[]): string {
  const other = keys[findName(keys, naming) ?? -1];
  if (other === undefined) return `has none of ${naming.join(', ')}`;
  return `has a ${other} that is not a text`;
}

function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
