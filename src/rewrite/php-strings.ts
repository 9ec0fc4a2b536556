import type { Edit } from './reference-edits.ts';

/** How the bytes of a text are counted where it stands, and what ends it. */
interface Writing {
  /** Its opening quote, as it stands. */
  readonly quote: string;
  /** Matches one byte of the meant text. */
  readonly unit: RegExp | null;
}

/** A serialised string: `s:5:"hello";`. Places count from the beginning of the document. */
export interface PhpString {
  readonly digits: { readonly start: number; readonly end: number };
  /** Bytes that it declares. */
  readonly length: number;
  readonly start: number;
  /** Null if its end is not where it declares it, however its bytes are counted. */
  readonly end: number | null;
  /** Bytes of a piece of it, as PHP counts them. */
  readonly count: (written: string) => number;
}

/** The beginning of a serialised string in a document. */
export interface PhpHeader {
  readonly digits: { readonly start: number; readonly end: number };
  readonly length: number;
  readonly quote: string;
  /** Where its text begins. */
  readonly start: number;
}

/** More characters than a header has. */
export const MAX_HEADER = 320;
/** Longest string that is followed to its end, bytes. */
export const MAX_STRING = 16 * 1024 * 1024;
/** A byte takes at most so many characters of a document. */
const MAX_WRITTEN = 6;

const QUOTE = String.raw`\\{0,15}"|&quot;|&#0?34;|\\u0022`;
// `C` and `S` count in ways of their own: what is in them is never changed in length.
const HEADER = new RegExp(
  String.raw`(?<![\w/.%-])(?:s:(?<digits>\d{1,9}):(?<quote>${QUOTE})|S:(?<escaped>\d{1,9}):(?:${QUOTE})|C:\d{1,4}:(?:${QUOTE})[\w\\]{1,250}(?:${QUOTE}):(?<custom>\d{1,9}):\{)`,
  'g',
);

/** The headers in a piece of a document; `base` is where the piece begins. */
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

/** So many characters of the document are enough to find the end of a string. */
export function neededFor({ length }: PhpHeader): number {
  return Math.min(length, MAX_STRING) * MAX_WRITTEN + 2 * MAX_HEADER;
}

/** Follows a string to its end in the text that begins where it does. */
export function readPhpString(header: PhpHeader, text: string): PhpString {
  const { length, start, digits } = header;
  for (const { quote, unit } of length > MAX_STRING ? [] : writingsOf(header, text)) {
    const skipped = quote === '""' && header.quote === '"' ? 1 : 0;
    const end = endOf(text, { from: skipped, length, unit });
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

/** The ways in which a document may write it, plainest first: its own file, a dump of SQL, JSON, CSV. */
function writingsOf({ quote }: PhpHeader, text: string): Writing[] {
  if (quote === '"') {
    const sql = [null, ESCAPED_OR_DOUBLED, ESCAPED, DOUBLED].map((unit) => ({ quote, unit }));
    return text.startsWith('"') ? [...sql, { quote: '""', unit: CSV }] : sql;
  }
  if (quote === '\\"') return [ESCAPED, ESCAPED_OR_DOUBLED].map((unit) => ({ quote, unit }));
  return quote === '\\\\\\"' ? [{ quote, unit: TWICE_ESCAPED }] : [];
}

function endOf(
  text: string,
  { from, length, unit }: { from: number; length: number; unit: RegExp | null },
): number | null {
  if (unit === null) return from + length <= text.length ? from + length : null;
  const sticky = new RegExp(unit.source, 'y');
  sticky.lastIndex = from;
  for (let left = length; left > 0; left -= 1) if (!sticky.test(text)) return null;
  return sticky.lastIndex;
}

/** An edit and what stood in its place. */
export interface LengthEdit extends Edit {
  readonly old: string;
}
