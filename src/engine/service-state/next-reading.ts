/**
 * Shortest time between two readings of new files, ms. The files of all jobs that end in this time are read
 * together.
 */
const READING_MS = 2000;
/** The time between two readings doubles each time that jobs take twice as long, from this age on, ms. */
const OLD_MS = 40_000;
/** Maximum number of doublings. */
const MAX_DOUBLINGS = 4;
/** The file of a job that is older than this may expire soon, so it is read at once, ms. */
const URGENT_MS = 3_600_000;

/**
 * The time of the next reading of new files, at the earliest at `from` (server time, ms). The files of a run are
 * read at multiples of the same time, so that one request reads many of them.
 */
export function nextReading(from: number, ageMs: number): number {
  if (ageMs > URGENT_MS) return from;
  const doublings = Math.floor(Math.log2(Math.max(1, ageMs / OLD_MS)));
  const width = READING_MS * 2 ** Math.min(doublings, MAX_DOUBLINGS);
  return Math.ceil(from / width) * width;
}
