import type { JsonValue } from '../core/json.ts';

// A spreadsheet takes a cell that begins so for a formula (also in full width, as Excel in Japanese does).
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/u;

/** A row of CSV (RFC 4180): every cell in quotes, and none that a spreadsheet would compute. */
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
