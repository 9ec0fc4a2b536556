import type { Replacements } from './replacements.ts';
import { readLike } from './url-writing.ts';

/** Longest written URL that is looked at: 4,096 characters are what a list may name. */
export const MAX_WRITTEN_URL = 6144;
const MAX_CUTS = 64;

// No URL goes past these.
const RUN = new RegExp(`[^\\x00-\\x20"<>\`\\x7f]{1,${MAX_WRITTEN_URL}}`, 'y');
// A URL may go past these, or end before them: brackets, marks of lists, an escaped quote or line end.
const CUTS =
  /['()[\]{},;|*^]|\\(?!\\*(?:\/|u002f|u003a|u0026))|&(?:quot|apos|lt|gt|nbsp|#0{0,2}3[49]|#x0{0,2}2[27]);/gi;
const CUTS_IN_PERCENTS = /['()[\]{},;|*^&#\\]|%(?:25){0,3}(?:2[0279c]|3[ce]|5[bcd]|7[bcd]|0[ad])/gi;
// Ends a sentence, not a URL.
const TRAILING = /[.,:;!?*_]+$/;

/** A URL in a document that is a known one, whole. */
export interface FoundUrl {
  readonly end: number;
  readonly value: string;
}

/**
 * The longest URL from `start` on that is a known one. It has to be whole: a longer URL that begins
 * with a known one is another URL; it may be a sized picture of the known one.
 */
export function findSourceUrl(
  text: string,
  place: { readonly start: number; readonly slash: string },
  { ofUrl, isSized }: Pick<Replacements, 'ofUrl' | 'isSized'>,
): FoundUrl | 'sized' | null {
  const { start, slash } = place;
  const ends = lengths(runAt(text, start), slash);
  const read = (length: number) => readLike(slash, text.slice(start, start + length));
  for (const length of ends) {
    const value = ofUrl(read(length));
    if (value !== null) return { end: start + length, value };
  }
  return ends.some((length) => isSized(read(length))) ? 'sized' : null;
}

function runAt(text: string, start: number): string {
  RUN.lastIndex = start;
  return RUN.exec(text)?.[0] ?? '';
}

/** Where the URL may end, longest first. */
function lengths(run: string, slash: string): number[] {
  const ends = new Set<number>();
  const cuts = run.matchAll(slash.startsWith('%') ? CUTS_IN_PERCENTS : CUTS);
  for (const { index } of cuts) {
    if (ends.size >= MAX_CUTS) break;
    addEnds(ends, run.slice(0, index));
  }
  if (run.length < MAX_WRITTEN_URL) addEnds(ends, run);
  return [...ends].sort((one, other) => other - one);
}

function addEnds(ends: Set<number>, url: string): void {
  ends.add(url.length);
  ends.add(url.replace(TRAILING, '').length);
}
