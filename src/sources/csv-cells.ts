/** Maximum number of cells in a row. A row with more cells is an attack, or the file is not a CSV. */
const MAX_CELLS = 1000;

/**
 * The fault of a row with a quote in the middle of a cell. Such a quote joins several lines into one row, so
 * the row may contain several items.
 */
const JOINED =
  'has a quote in the middle of a cell, which joins it to the next line: put the cell in quotes, and write the quote inside of it twice';

/** The cells of a CSV row (RFC 4180), or the reason why it is invalid. */
export type CsvRow =
  | { readonly kind: 'cells'; readonly cells: readonly string[] }
  | { readonly kind: 'fault'; readonly reason: string };

/** True if a line opens a quote without closing it, or closes a quote of an earlier line. */
export function hasOddQuotes(text: string): boolean {
  let quotes = 0;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) quotes += 1;
  return quotes % 2 === 1;
}

/** Possible separators between the cells of a row. */
export const SEPARATORS: readonly string[] = [',', ';', '\t', '|'];

/**
 * The separator that a line such as `sep=;` names; Excel writes it as the first line. Null for any other
 * line.
 */
export function separatorLine(text: string): string | null {
  if (/^"?sep=(?:\t|\\t)"?\s*$/i.test(text)) return '\t';
  return /^"?sep=(.)"?$/iu.exec(text.trim())?.[1] ?? null;
}

/**
 * True if a row has no value: it is blank, or it contains only separators, as in the output of some
 * spreadsheets.
 */
export function isEmptyRow(text: string): boolean {
  return !/[^\s,;|"]/.test(text);
}

/**
 * Splits a row into cells. If the delimiter is null, the whole row is one cell. Inside quotes, `""` stands
 * for one quote.
 */
export function parseCsvRow(text: string, delimiter: string | null): CsvRow {
  if (delimiter !== null && !/["\n]/.test(text)) return splitPlainRow(text, delimiter);
  const cells: string[] = [];
  for (let at = 0; at <= text.length; ) {
    if (cells.length === MAX_CELLS) return tooManyCells();
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

/** Splits a row without quotes and line ends, as most rows are. */
function splitPlainRow(text: string, delimiter: string): CsvRow {
  const cells = text.split(delimiter);
  if (cells.length > MAX_CELLS) return tooManyCells();
  return { kind: 'cells', cells: cells.map((cell) => cell.trim()) };
}

function tooManyCells(): CsvRow {
  return { kind: 'fault', reason: `has more than ${MAX_CELLS} cells` };
}

interface Cell {
  readonly value: string;
  /** Position of the delimiter after the cell, or of the end of the row. */
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
