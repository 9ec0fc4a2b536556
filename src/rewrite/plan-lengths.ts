import {
  type LengthEdit,
  MAX_HEADER,
  MAX_STRING,
  maxTextLength,
  type PhpHeader,
  type PhpString,
  phpHeaders,
  readPhpString,
} from './php-strings.ts';
import type { Edit } from './reference-edits.ts';

/** The new lengths of serialised PHP strings in which a reference changes its length. */
export interface LengthPlan {
  /** The new lengths to write, in the order of the document. */
  readonly lengths: readonly Edit[];
  /**
   * Start positions of replacements that must not be made. Each of them would change the length of the PHP
   * string around it, and ucbulk can't correct that length.
   */
  readonly left: ReadonlySet<number>;
}

/** A document. Each character is one byte. */
export interface DocumentText {
  chunks(): AsyncIterable<string>;
  slice(start: number, end: number): Promise<string>;
}

/** The empty plan. */
export const NO_LENGTHS: LengthPlan = { lengths: [], left: new Set() };

/**
 * Finds the serialised PHP strings around the given replacements and calculates their new lengths. Strings
 * may be nested. `edits` contains only the replacements that change the length of the text, in order.
 */
export async function planLengths(
  edits: readonly LengthEdit[],
  text: DocumentText,
): Promise<LengthPlan> {
  const strings = await stringsAround(edits, text);
  const left = new Set<number>();
  for (const one of strings) {
    for (const edit of editsWithin(edits, one.start, one.end ?? one.start + one.length)) {
      if (one.end === null || edit.end > one.end) left.add(edit.start);
    }
  }
  const lengths: LengthEdit[] = []; // in reverse order of the document
  // Inner strings come first. The length of an outer string depends on them: if the new length of an inner
  // string has more digits, the outer string becomes longer too.
  for (const one of strings.toSorted((first, second) => second.start - first.start)) {
    const change = lengthChange(one, { edits, left, lengths });
    if (change === 0) continue;
    const old = String(one.length).padStart(one.digits.end - one.digits.start, '0');
    lengths.push({ ...one.digits, old, next: String(one.length + change) });
  }
  return { lengths: lengths.reverse(), left };
}

/** Returns the number of bytes by which a string becomes longer, as PHP counts bytes. */
function lengthChange(
  { start, end, count }: PhpString,
  plan: {
    readonly edits: readonly LengthEdit[];
    readonly left: ReadonlySet<number>;
    readonly lengths: readonly LengthEdit[];
  },
): number {
  if (end === null) return 0;
  const made = editsWithin(plan.edits, start, end).filter((edit) => !plan.left.has(edit.start));
  const inner: LengthEdit[] = [];
  for (let place = plan.lengths.length - 1; place >= 0; place -= 1) {
    const length = plan.lengths[place];
    if (length === undefined || length.start >= end) break;
    inner.push(length);
  }
  return [...made, ...inner].reduce((sum, { old, next }) => sum + count(next) - count(old), 0);
}

async function stringsAround(
  edits: readonly LengthEdit[],
  text: DocumentText,
): Promise<PhpString[]> {
  const found: PhpString[] = [];
  for await (const header of findHeaders(text)) {
    const end = header.start + maxTextLength(header);
    if (editsWithin(edits, header.start, end).length === 0) continue;
    const isTooLong = header.length > MAX_STRING;
    found.push(readPhpString(header, isTooLong ? '' : await text.slice(header.start, end)));
  }
  return found;
}

async function* findHeaders(text: DocumentText): AsyncGenerator<PhpHeader> {
  let kept = '';
  let base = 0;
  let after = 0;
  for await (const chunk of text.chunks()) {
    kept += chunk;
    for (const header of phpHeaders(kept, base)) {
      // Ignores a header at the very start of the text in memory. The beginning of this header may be
      // missing, because the text before `base` is no longer in memory.
      const isCut = base > 0 && header.digits.start <= base + 2;
      if (isCut || header.start <= after) continue;
      after = header.start;
      yield header;
    }
    const drop = Math.max(0, kept.length - MAX_HEADER);
    kept = kept.slice(drop);
    base += drop;
  }
}

/** The replacements that start in a range of the document. */
function editsWithin(
  edits: readonly LengthEdit[],
  start: number,
  end: number,
): readonly LengthEdit[] {
  const from = indexFrom(edits, start);
  return edits.slice(from, indexFrom(edits, end));
}

/** Index of the first replacement that starts at `start` or later. */
function indexFrom(edits: readonly LengthEdit[], start: number): number {
  let low = 0;
  let high = edits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edits[middle]?.start ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
