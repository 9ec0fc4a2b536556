// If a body moves more slowly than this, ucbulk treats the connection as broken.
const SLOWEST_BYTES_PER_S = 100_000;
const BASE_MS = 60_000;

/** Time limit in ms for a request or an answer with this number of bytes. */
export function bodyDeadline(bytes: number): number {
  return BASE_MS + Math.ceil((bytes / SLOWEST_BYTES_PER_S) * 1000);
}
