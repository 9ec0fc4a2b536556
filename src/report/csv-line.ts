import type { JsonValue } from '../core/json.ts';

// Spreadsheets read cells with such a first character as formulas. Japanese Excel also accepts full-width
// characters.
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/u;

/**
 * Writes a row of CSV (RFC 4180). Quotes every cell, and changes cells that a spreadsheet would read as
 * formulas.
 */
export function csvLine(cells: readonly JsonValue[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: JsonValue): string {
  const text = cellText(value);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

function cellText(value: JsonValue): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  const isEmpty = typeof value === 'object' && Object.keys(value).length === 0;
  return isEmpty ? '' : JSON.stringify(value);
}
