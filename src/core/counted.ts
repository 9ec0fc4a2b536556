/** Formats a count with commas, such as `12,345`. The format is the same in every locale. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** Formats a count with its noun, such as `1 page` or `4 pages`. */
export function formatCounted(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
}
