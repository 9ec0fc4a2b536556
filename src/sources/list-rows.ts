import type { JsonObject, JsonValue } from '../core/json.ts';
import { hasOddQuotes, isEmptyRow } from './csv-cells.ts';
import { findName } from './find-name.ts';
import { type Line, MAX_LINE_BYTES, type TextPlace } from './read-lines.ts';

const MIXED_ENDS = 'has a line end of another kind in it: save the list with one kind of line ends';

/** How a list is written. */
export type ListFormat = 'txt' | 'csv' | 'ndjson';

/** A row of a list: the text that names the item and what stands beside it, or what is wrong. */
export interface ListRow {
  /** The number of its first line, from 1. */
  readonly line: number;
  readonly next: TextPlace;
  readonly value: string;
  readonly columns: JsonObject;
  /** All keys of a row that has its own; absent if a header names the columns of all rows. */
  readonly keys?: readonly string[];
  readonly fault: string | null;
}

/** One URL or UUID a line; blank lines and those that begin with `#` are none. */
export async function* textRows(lines: AsyncIterable<Line>): AsyncGenerator<ListRow> {
  for await (const { no, text, fault, next } of lines) {
    const value = text.trim();
    if (fault === null && (value === '' || value.startsWith('#'))) continue;
    const isMixed = /[\r\n]/.test(value);
    yield { line: no, next, value, columns: {}, fault: fault ?? (isMixed ? MIXED_ENDS : null) };
  }
}

/** One JSON object or text a line; the item's name is in the first of `naming` that it has. */
export async function* jsonRows(
  lines: AsyncIterable<Line>,
  naming: readonly string[],
): AsyncGenerator<ListRow> {
  for await (const { no, text, fault, next } of lines) {
    if (fault === null && text.trim() === '') continue;
    const row = { line: no, next, value: '', columns: {} };
    yield { ...row, ...(fault === null ? jsonCells(text, naming) : { fault }) };
  }
}

/** A row of CSV before it is split; quoted cells may go over lines. */
export interface CsvRecord {
  /** The number of its first line, from 1. */
  readonly line: number;
  readonly next: TextPlace;
  readonly text: string;
  /** What is wrong with it; null if it can be split. */
  readonly fault: string | null;
}

/** Records of CSV, without rows that have no value; a quote that never closes takes no more than a line may. */
export async function* csvRecords(lines: AsyncIterable<Line>): AsyncGenerator<CsvRecord> {
  let open: OpenRow | null = null;
  for await (const { no, text, fault, next } of lines) {
    const row: OpenRow = open ?? new OpenRow(no);
    row.add(text, next);
    open = null;
    if (fault !== null) yield { line: no, next, text: '', fault };
    else if (row.length > MAX_LINE_BYTES) yield unclosed(row);
    else if (row.isOpen) open = row;
    else if (!isEmptyRow(row.text())) yield recordOf(row);
  }
  if (open !== null) yield unclosed(open);
}

/** A row whose quotes may go on in the next line: each line is looked at once, however many there are. */
class OpenRow {
  readonly line: number;
  next: TextPlace = { offset: 0, line: 1 };
  length = 0;
  isOpen = false;
  readonly #lines: string[] = [];

  constructor(line: number) {
    this.line = line;
  }

  add(text: string, next: TextPlace): void {
    this.#lines.push(text);
    this.next = next;
    this.length += text.trim() === '' && !this.isOpen ? 0 : text.length + 1;
    if (hasOddQuotes(text)) this.isOpen = !this.isOpen;
  }

  text(): string {
    return this.#lines.join('\n');
  }
}

function recordOf(row: OpenRow): CsvRecord {
  const { line, next } = row;
  const text = row.text();
  const hasLineEnd = /[\r\n]/.test(text) && /[\r\n]/.test(text.replaceAll(/"[^"]*"/g, ''));
  return { line, next, text, fault: hasLineEnd ? MIXED_ENDS : null };
}

function unclosed({ line, next }: OpenRow): CsvRecord {
  const reason = `has a quote that is never closed; lines ${line} to ${next.line - 1} were taken for one row`;
  return { line, next, text: '', fault: reason };
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
  if (name === undefined) return { fault: noName(keys, naming) };
  const beside = Object.entries(parsed).filter(([key]) => key !== name);
  return { value: String(parsed[name]), columns: Object.fromEntries(beside), keys, fault: null };
}

function noName(keys: readonly string[], naming: readonly string[]): string {
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
