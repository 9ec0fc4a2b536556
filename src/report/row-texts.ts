import { assertNever } from '../core/assert-never.ts';
import type { JsonValue } from '../core/json.ts';
import { plainJson } from '../progress/terminal-text.ts';
import { csvLine } from './csv-line.ts';

/** Formats of a table: `csv`, one JSON document per line (`ndjson`), or a single JSON document (`json`). */
export const ROW_FORMATS = ['csv', 'ndjson', 'json'] as const;

/** The name of a format in `ROW_FORMATS`. */
export type RowFormat = (typeof ROW_FORMATS)[number];

/** A row by its columns. All rows of a report have the same columns in the same order. */
export type Row = Readonly<Record<string, JsonValue>>;

/** The names of the columns, and the fields that a single JSON document contains before its rows. */
export interface RowHeading {
  readonly type: 'item' | 'move';
  readonly run: string;
  readonly columns: readonly string[];
}

/**
 * Writes rows as pieces of text. In JSON, the values are exact. In CSV, `csvLine` makes them safe for
 * spreadsheets.
 */
export function rowTexts(
  format: RowFormat,
  heading: RowHeading,
  rows: Iterable<Row>,
): Generator<string> {
  switch (format) {
    case 'csv':
      return csvTexts(heading, rows);
    case 'ndjson':
      return ndjsonTexts(heading, rows);
    case 'json':
      return jsonTexts(heading, rows);
    default:
      return assertNever(format, 'format');
  }
}

function* csvTexts({ columns }: RowHeading, rows: Iterable<Row>): Generator<string> {
  yield csvLine(columns.map(snakeCase));
  for (const row of rows) yield csvLine(columns.map((column) => row[column] ?? null));
}

function ndjsonTexts({ type }: RowHeading, rows: Iterable<Row>): Generator<string> {
  return ndjsonLines({ version: 1, type }, rows);
}

/** Formats each row as a JSON document on its own line. Each document begins with the same fields. */
export function* ndjsonLines(
  fields: Readonly<Record<string, JsonValue>>,
  rows: Iterable<object>,
): Generator<string> {
  const start = plainJson(fields).slice(0, -1);
  for (const row of rows) yield `${start},${plainJson(row).slice(1)}\n`;
}

function* jsonTexts({ type, run }: RowHeading, rows: Iterable<Row>): Generator<string> {
  yield `{"version":1,"type":"${type}s","run":${plainJson(run)},"rows":[`;
  let separator = '\n';
  for (const row of rows) {
    yield `${separator}${plainJson(row)}`;
    separator = ',\n';
  }
  yield '\n]}\n';
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
