import { displayWidth, padColumns } from '../progress/display-width.ts';

/**
 * Formats rows as aligned columns. The last column is not padded. A cell longer than `widestPadded` does not
 * widen its column; it only moves the following cells in its own row.
 */
export function textTable(
  rows: readonly (readonly string[])[],
  widestPadded = Number.POSITIVE_INFINITY,
): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      const width = displayWidth(cell);
      if (width > widestPadded) return;
      widths[column] = Math.max(widths[column] ?? 0, width);
    });
  }
  return rows
    .map((row) =>
      row
        .map((cell, column) => padColumns(cell, widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Formats a time in ms since 1970 as `2026-11-21T20:54:04Z`. */
export function formatInstant(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
