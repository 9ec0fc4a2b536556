/** Longer lines are no rows of a list, bytes. */
export const MAX_LINE_BYTES = 64 * 1024;

/** A place in a text: bytes from its start, and the number of the line that begins there, from 1. */
export interface TextPlace {
  readonly offset: number;
  readonly line: number;
}

/** A line, or what is wrong with it. */
export interface Line {
  readonly no: number;
  readonly text: string;
  /** null where the text is good. */
  readonly fault: string | null;
  /** Where the next line begins. */
  readonly next: TextPlace;
}

/** What ends a line: LF, also after a CR; or CR alone, as old spreadsheets write it. */
export type LineEnd = '\n' | '\r';

const LF = 0x0a;
const CR = 0x0d;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Lines of UTF-8, without their ends. Memory is that of one line, however long the lines are. */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  start: TextPlace,
  lineEnd: LineEnd = '\n',
): AsyncGenerator<Line> {
  const newline = lineEnd === '\n' ? LF : CR;
  let place = start;
  let pending: Uint8Array[] = [];
  let size = 0; // of what is pending; of a line that is too long only this is kept
  for await (const chunk of chunks) {
    const first = chunk.indexOf(newline);
    const begun = first === -1 ? chunk : chunk.subarray(0, first);
    size += begun.length;
    if (size > MAX_LINE_BYTES) pending = [];
    else pending.push(begun);
    if (first === -1) continue;
    const line = lineOf(Buffer.concat(pending), place, { size, ending: 1 });
    yield line;
    const last = chunk.lastIndexOf(newline);
    const whole = linesOf(chunk.subarray(first + 1, last + 1), line.next, lineEnd);
    yield* whole;
    place = whole.at(-1)?.next ?? line.next;
    const rest = chunk.subarray(last + 1);
    size = rest.length;
    pending = size > MAX_LINE_BYTES ? [] : [Uint8Array.from(rest)];
  }
  if (size > 0) yield lineOf(Buffer.concat(pending), place, { size, ending: 0 });
}

/** Lines that are whole in one chunk: their text is decoded at once, or line by line where one is bad. */
function linesOf(block: Uint8Array, start: TextPlace, lineEnd: LineEnd): Line[] {
  const text = decode(block);
  const isPlain = text !== null && !text.includes('\0') && block.length <= MAX_LINE_BYTES;
  return isPlain
    ? goodLines(text, { bytes: block.length, lineEnd }, start)
    : anyLines(block, start, lineEnd);
}

function goodLines(
  block: string,
  { bytes, lineEnd }: { readonly bytes: number; readonly lineEnd: LineEnd },
  start: TextPlace,
): Line[] {
  const isAscii = block.length === bytes;
  const texts = block.split(lineEnd);
  texts.pop(); // behind the last newline
  let next = start;
  return texts.map((text) => {
    const no = next.line;
    const size = isAscii ? text.length : Buffer.byteLength(text);
    next = { offset: next.offset + size + 1, line: no + 1 };
    return { no, text: withoutReturn(text), fault: null, next };
  });
}

function anyLines(block: Uint8Array, start: TextPlace, lineEnd: LineEnd): Line[] {
  const newline = lineEnd === '\n' ? LF : CR;
  const lines: Line[] = [];
  for (let from = 0; from < block.length; ) {
    const end = block.indexOf(newline, from);
    const place = lines.at(-1)?.next ?? start;
    lines.push(lineOf(block.subarray(from, end), place, { size: end - from, ending: 1 }));
    from = end + 1;
  }
  return lines;
}

/** One line by itself; `ending` is the bytes of its newline. */
function lineOf(
  bytes: Uint8Array,
  place: TextPlace,
  { size, ending }: { readonly size: number; readonly ending: 0 | 1 },
): Line {
  const next = { offset: place.offset + size + ending, line: place.line + 1 };
  const line = { no: place.line, text: '', next };
  if (size > MAX_LINE_BYTES) return { ...line, fault: `is longer than ${MAX_LINE_BYTES} bytes` };
  const text = decode(withoutMark(bytes, place.offset));
  if (text === null) return { ...line, fault: 'is not UTF-8: save the list as UTF-8' };
  const fault = text.includes('\0') ? 'has a NUL character in it' : null;
  return { ...line, text: withoutReturn(text), fault };
}

function decode(bytes: Uint8Array): string | null {
  try {
    return UTF8.decode(bytes);
  } catch {
    return null;
  }
}

/** Some programs write `\r\r\n`: a text with `\r\n` that was translated once more. */
function withoutReturn(text: string): string {
  return text.endsWith('\r') ? text.replace(/\r+$/, '') : text;
}

function withoutMark(bytes: Uint8Array, offset: number): Uint8Array {
  const hasMark = offset === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return hasMark ? bytes.subarray(3) : bytes;
}
