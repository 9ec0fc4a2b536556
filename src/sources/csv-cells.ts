/** Maximum number of cells in a row. A row with more is an attack or not CSV. */
const MAX_CELLS = 1000;

/** A quote inside an unquoted cell joined several lines to one row, which may hide items. */
const JOINED =
  'has a quote in the middle of a cell, which joins it to the next line: put the cell in quotes, and write the quote inside of it twice';

/** The cells of a CSV row (RFC 4180), or the reason why it is invalid. */
export type CsvRow =
  | { readonly kind: 'cells'; readonly cells: readonly string[] }
  | { readonly kind: 'fault'; readonly reason: string };

/** True if a line opens a quote that it does not close, or closes a quote of an earlier line. */
export function hasOddQuotes(text: string): boolean {
  let quotes = 0;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) quotes += 1;
  return quotes % 2 === 1;
}

/** Possible separators between the cells of a row. */
export const SEPARATORS: readonly string[] = [',', ';', '\t', '|'];

/**
 * Returns the separator in a line like `sep=;`, which Excel writes first; null for any other line.
 */
export function separatorLine(text: string): string | null {
  if (/^"?sep=(?:\t|\\t)"?\s*$/i.test(text)) return '\t';
  return /^"?sep=(.)"?$/iu.exec(text.trim())?.[1] ?? null;
}

/** True for a row without any value: blank, or only the separators that spreadsheets leave. */
export function isEmptyRow(text: string): boolean {
  return !/[^\s,;|"]/.test(text);
}

/** Splits a row, or returns it as one cell if the delimiter is null. `""` in quotes is a quote. */
export function parseCsvRow(text: string, delimiter: string | null): CsvRow {
  const cells: string[] = [];
  for (let at = 0; at <= text.length; ) {
    if (cells.length === MAX_CELLS)
      return { kind: 'fault', reason: `has more than ${MAX_CELLS} cells` };
    const cell = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at, delimiter);
    if (cell.fault !== null) return { kind: 'fault', reason: cell.fault };
    if (cell.end < text.length && text[cell.end] !== delimiter) {
      return { kind: 'fault', reason: 'has text after a closing quote' };
    }
    cells.push(cell.value);
    at = cell.end + 1;
  }
  return { kind: 'cells', cells };
}

interface Cell {
  readonly value: string;
  /** Position of the delimiter after the cell, or of the row's end. */
  readonly end: number;
  readonly fault: string | null;
}

function plainCell(text: string, start: number, delimiter: string | null): Cell {
  const found = delimiter === null ? -1 : text.indexOf(delimiter, start);
  const end = found === -1 ? text.length : found;
  const value = text.slice(start, end).trim();
  return { value, end, fault: value.includes('\n') ? JOINED : null };
}

function quotedCell(text: string, start: number): Cell {
  let value = '';
  for (let from = start + 1; ; ) {
    const quote = text.indexOf('"', from);
    if (quote === -1) return { value, end: text.length, fault: 'has a quote that is never closed' };
    value += text.slice(from, quote);
    if (text[quote + 1] !== '"') return { value, end: quote + 1, fault: null };
    value += '"';
    from = quote + 2;
  }
}
