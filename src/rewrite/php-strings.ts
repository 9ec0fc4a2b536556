import type { Edit } from './reference-edits.ts';

/** How a document writes serialised PHP strings: their quote, and how to count their bytes. */
interface StringStyle {
  /** The opening quote, as the document writes it. */
  readonly quote: string;
  /**
   * Matches the characters with which the document writes one byte of the string. Null if it writes every
   * byte as one character.
   */
  readonly unit: RegExp | null;
}

/** A serialised PHP string, such as `s:5:"hello";`. Positions are counted from the start of the document. */
export interface PhpString {
  readonly digits: { readonly start: number; readonly end: number };
  /** Length of the string in bytes, as the document states it before the string. */
  readonly length: number;
  readonly start: number;
  /**
   * The end of the string. Null if no closing quote is found after the stated length, however the bytes are
   * counted.
   */
  readonly end: number | null;
  /** Counts the bytes of a part of the string, in the way in which PHP counts them. */
  readonly count: (written: string) => number;
}

/** The part of a serialised string before its text, such as `s:5:"`. */
export interface PhpHeader {
  readonly digits: { readonly start: number; readonly end: number };
  readonly length: number;
  readonly quote: string;
  /** Start of the text of the string. */
  readonly start: number;
}

/** Maximum number of characters in a header, such as `s:5:"`. */
export const MAX_HEADER = 320;
/** Maximum length of a string in bytes. Longer strings are not read to their end. */
export const MAX_STRING = 16 * 1024 * 1024;
/** Maximum number of characters that a document uses to write one byte. */
const MAX_WRITTEN = 6;

const QUOTE = String.raw`\\{0,15}"|&quot;|&#0?34;|\\u0022`;
// PHP counts the lengths of the types `C` and `S` in another way, so ucbulk can't correct them. In such
// strings, a reference is only replaced by a text of the same length.
const HEADER = new RegExp(
  String.raw`(?<![\w/.%-])(?:s:(?<digits>\d{1,9}):(?<quote>${QUOTE})|S:(?<escaped>\d{1,9}):(?:${QUOTE})|C:\d{1,4}:(?:${QUOTE})[\w\\]{1,250}(?:${QUOTE}):(?<custom>\d{1,9}):\{)`,
  'g',
);

/** Finds the starts of serialised strings in a part of a document. The part begins at position `base`. */
export function* phpHeaders(piece: string, base: number): Generator<PhpHeader> {
  HEADER.lastIndex = 0;
  for (const match of piece.matchAll(HEADER)) {
    const { digits, quote = '', escaped, custom } = match.groups ?? {};
    const number = digits ?? escaped ?? custom ?? '';
    const start = base + match.index + match[0].length;
    const at = custom === undefined ? base + match.index + 2 : start - 2 - number.length;
    yield {
      digits: { start: at, end: at + number.length },
      length: Number(number),
      quote: digits === undefined ? '' : quote,
      start,
    };
  }
}

/** Returns a number of characters that is certainly enough to reach the end of the string. */
export function maxTextLength({ length }: PhpHeader): number {
  return Math.min(length, MAX_STRING) * MAX_WRITTEN + 2 * MAX_HEADER;
}

/** Reads a string to its end. `text` begins at the start of the string's text. */
export function readPhpString(header: PhpHeader, text: string): PhpString {
  const { length, start, digits } = header;
  for (const { quote, unit } of length > MAX_STRING ? [] : possibleStyles(header, text)) {
    const skipped = quote === '""' && header.quote === '"' ? 1 : 0;
    const end = findEnd(text, { from: skipped, length, unit });
    if (end === null || !text.startsWith(`${quote};`, end)) continue;
    return {
      digits,
      length,
      start: start + skipped,
      end: start + end,
      count: (written) => (unit === null ? written.length : (written.match(unit)?.length ?? 0)),
    };
  }
  return { digits, length, start, end: null, count: (written) => written.length };
}

const ESCAPED = /\\[\s\S]|[\s\S]/g;
const ESCAPED_OR_DOUBLED = /\\[\s\S]|''|[\s\S]/g;
const DOUBLED = /''|[\s\S]/g;
const CSV = /""|[\s\S]/g;
const TWICE_ESCAPED = /\\{4}|\\{3}["']|\\{2}[^\\]|\\[\s\S]|[\s\S]/g;

/**
 * Lists the ways in which a document may write a string, the simplest first: unchanged, as in an SQL dump, as
 * in JSON, as in CSV. The opening quote limits the choice.
 */
function possibleStyles({ quote }: PhpHeader, text: string): StringStyle[] {
  if (quote === '"') {
    const sql = [null, ESCAPED_OR_DOUBLED, ESCAPED, DOUBLED].map((unit) => ({ quote, unit }));
    return text.startsWith('"') ? [...sql, { quote: '""', unit: CSV }] : sql;
  }
  if (quote === '\\"') return [ESCAPED, ESCAPED_OR_DOUBLED].map((unit) => ({ quote, unit }));
  return quote === '\\\\\\"' ? [{ quote, unit: TWICE_ESCAPED }] : [];
}

function findEnd(
  text: string,
  { from, length, unit }: { from: number; length: number; unit: RegExp | null },
): number | null {
  if (unit === null) return from + length <= text.length ? from + length : null;
  const sticky = new RegExp(unit.source, 'y');
  sticky.lastIndex = from;
  for (let left = length; left > 0; left -= 1) if (!sticky.test(text)) return null;
  return sticky.lastIndex;
}

/** An edit and the text that it replaces. */
export interface LengthEdit extends Edit {
  readonly old: string;
}
