import type { JsonValue } from '../core/json.ts';

// Spreadsheets take a cell that starts with one of these characters for a formula. Japanese versions of Excel
// also accept full-width characters.
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/u;

/**
 * Writes a row of CSV (RFC 4180) and quotes all cells. If a spreadsheet would read a cell as a formula, the
 * cell is changed so that it is read as text.
 */
export function csvLine(cells: readonly JsonValue[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: JsonValue): string {
  if (value === null) return '""';
  const text = cellText(value);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

function cellText(value: Exclude<JsonValue, null>): string {
  if (typeof value === 'string') return value;
  const isEmpty = typeof value === 'object' && Object.keys(value).length === 0;
  return isEmpty ? '' : JSON.stringify(value);
}
