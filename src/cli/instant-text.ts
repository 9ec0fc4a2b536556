/** ms since 1970 as `2026-11-21T20:54:04Z`. */
export function formatInstant(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
