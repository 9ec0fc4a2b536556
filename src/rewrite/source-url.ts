import type { Replacements } from './replacements.ts';
import { readLike } from './url-writing.ts';

/**
 * Maximum length of a URL as a document writes it, in characters. A URL in a list may have 4,096 characters,
 * and the document may encode some of them.
 */
export const MAX_WRITTEN_URL = 6144;
const MAX_CUTS = 64;

// Matches the longest text at a position that may be a URL: it ends at the first character that no URL
// contains.
const RUN = new RegExp(`[^\\x00-\\x20"<>\`\\x7f]{1,${MAX_WRITTEN_URL}}`, 'y');
// Matches characters that may belong to a URL or may follow it: brackets, separators of lists, an escaped
// quote or line end.
const CUTS =
  /['()[\]{},;|*^]|\\(?!\\*(?:\/|u002f|u003a|u0026))|&(?:quot|apos|lt|gt|nbsp|#0{0,2}3[49]|#x0{0,2}2[27]);/gi;
const CUTS_IN_PERCENTS = /['()[\]{},;|*^&#\\]|%(?:25){0,3}(?:2[0279c]|3[ce]|5[bcd]|7[bcd]|0[ad])/gi;
// Matches punctuation after a URL, which is not part of the URL.
const TRAILING = /[.,:;!?*_]+$/;

/** A URL in a document for which the map has a replacement. */
export interface FoundUrl {
  readonly end: number;
  readonly value: string;
}

/**
 * Finds the longest URL at `start` for which the map has a replacement. A URL that continues after the URL in
 * the map is another URL, so it gets no replacement. It may show a resized version of the same picture. It then
 * gets the new URL of this version; if there is none, the result is `sized`.
 */
export function findSourceUrl(
  text: string,
  place: { readonly start: number; readonly slash: string },
  { findUrl, findSized, isSized }: Pick<Replacements, 'findUrl' | 'findSized' | 'isSized'>,
): FoundUrl | 'sized' | null {
  const { start, slash } = place;
  const ends = possibleLengths(readRun(text, start), slash);
  const read = (length: number) => readLike(slash, text.slice(start, start + length));
  for (const length of ends) {
    const url = read(length);
    const value = findUrl(url) ?? findSized(url);
    if (value !== null) return { end: start + length, value };
  }
  return ends.some((length) => isSized(read(length))) ? 'sized' : null;
}

function readRun(text: string, start: number): string {
  RUN.lastIndex = start;
  return RUN.exec(text)?.[0] ?? '';
}

/** The lengths that the URL may have, the longest first. The text does not always show the end of a URL. */
function possibleLengths(run: string, slash: string): number[] {
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
