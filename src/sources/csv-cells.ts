/** More cells than any list has: what has more is an attack, or no CSV. */
const MAX_CELLS = 1000;

/** A quote inside of a cell without quotes made one row of several lines: it may hide items. */
const JOINED =
  'has a quote in the middle of a cell, which joins it to the next line: put the cell in quotes, and write the quote inside of it twice';

/** Cells of a row of CSV (RFC 4180), or what is wrong with it. */
export type CsvRow =
  | { readonly kind: 'cells'; readonly cells: readonly string[] }
  | { readonly kind: 'fault'; readonly reason: string };

/** True where a line opens a quote that it does not close, or closes one of a line before. */
export function hasOddQuotes(text: string): boolean {
  let quotes = 0;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) quotes += 1;
  return quotes % 2 === 1;
}

/** What may stand between the cells of a row. */
export const SEPARATORS: readonly string[] = [',', ';', '\t', '|'];

/** `sep=;`: the first line that Excel writes and reads; null for any other line. */
export function separatorLine(text: string): string | null {
  if (/^"?sep=(?:\t|\\t)"?\s*$/i.test(text)) return '\t';
  return /^"?sep=(.)"?$/iu.exec(text.trim())?.[1] ?? null;
}

/** True for a row without any value: blank, or only separators, as spreadsheets leave them. */
export function isEmptyRow(text: string): boolean {
  return !/[^\s,;|"]/.test(text);
}

/** Splits a whole row, or takes it as one cell if nothing separates; `""` in quotes is a quote. */
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
  /** Of the delimiter after it, or of the end. */
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
