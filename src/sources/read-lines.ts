/** Maximum length of a line in bytes. */
export const MAX_LINE_BYTES = 64 * 1024;

/**
 * A position in a text: the number of bytes before it, and the number of the line that starts there. The
 * first line is 1.
 */
export interface TextPosition {
  readonly offset: number;
  readonly line: number;
}

/** A line of text, or the reason why it is invalid. */
export interface Line {
  readonly no: number;
  /** Number of bytes before the line. */
  readonly start: number;
  readonly text: string;
  /** The fault of the line; null if the line is valid. */
  readonly fault: string | null;
  /** Position of the next line. */
  readonly next: TextPosition;
}

/** The end of a line. `\n` may follow a `\r`. A single `\r` comes from old spreadsheets. */
export type LineEnd = '\n' | '\r';

const LF = 0x0a;
const CR = 0x0d;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads lines of UTF-8 text without their line ends, in blocks: the lines of a block come from one chunk. The
 * length of a line is limited.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  start: TextPosition,
  lineEnd: LineEnd = '\n',
): AsyncGenerator<readonly Line[]> {
  const newline = lineEnd === '\n' ? LF : CR;
  let position = start;
  let pending: Uint8Array[] = [];
  let size = 0; // bytes of the pending line; for a line that is too long, only the size is kept
  for await (const chunk of chunks) {
    const first = chunk.indexOf(newline);
    const head = first === -1 ? chunk : chunk.subarray(0, first);
    size += head.length;
    if (size > MAX_LINE_BYTES) pending = [];
    else pending.push(head);
    if (first === -1) continue;
    const line = decodeLine(Buffer.concat(pending), position, { size, ending: 1 });
    const last = chunk.lastIndexOf(newline);
    const whole = decodeLines(chunk.subarray(first + 1, last + 1), line.next, lineEnd);
    yield [line, ...whole];
    position = whole.at(-1)?.next ?? line.next;
    const rest = chunk.subarray(last + 1);
    size = rest.length;
    pending = size > MAX_LINE_BYTES ? [] : [Uint8Array.from(rest)];
  }
  if (size > 0) yield [decodeLine(Buffer.concat(pending), position, { size, ending: 0 })];
}

/** The entries of all blocks, one by one. */
export async function* eachOf<Entry>(
  blocks: AsyncIterable<Iterable<Entry>>,
): AsyncGenerator<Entry> {
  for await (const block of blocks) yield* block;
}

/**
 * Decodes all complete lines of a chunk at once, which is fast. If one of them is invalid, decodes each line
 * alone.
 */
function decodeLines(block: Uint8Array, start: TextPosition, lineEnd: LineEnd): Line[] {
  const text = decode(block);
  const isPlain = text !== null && !text.includes('\0') && block.length <= MAX_LINE_BYTES;
  return isPlain
    ? splitText(text, { bytes: block.length, lineEnd }, start)
    : decodeOneByOne(block, start, lineEnd);
}

function splitText(
  block: string,
  { bytes, lineEnd }: { readonly bytes: number; readonly lineEnd: LineEnd },
  start: TextPosition,
): Line[] {
  const isAscii = block.length === bytes;
  const texts = block.split(lineEnd);
  texts.pop(); // the text after the last newline
  let next = start;
  return texts.map((text) => {
    const { line: no, offset: start } = next;
    const size = isAscii ? text.length : Buffer.byteLength(text);
    next = { offset: next.offset + size + 1, line: no + 1 };
    return { no, start, text: dropReturn(text), fault: null, next };
  });
}

function decodeOneByOne(block: Uint8Array, start: TextPosition, lineEnd: LineEnd): Line[] {
  const newline = lineEnd === '\n' ? LF : CR;
  const lines: Line[] = [];
  for (let from = 0; from < block.length; ) {
    const end = block.indexOf(newline, from);
    const position = lines.at(-1)?.next ?? start;
    lines.push(decodeLine(block.subarray(from, end), position, { size: end - from, ending: 1 }));
    from = end + 1;
  }
  return lines;
}

/** Decodes a single line. `ending` is the number of bytes of its line end. */
function decodeLine(
  bytes: Uint8Array,
  position: TextPosition,
  { size, ending }: { readonly size: number; readonly ending: 0 | 1 },
): Line {
  const next = { offset: position.offset + size + ending, line: position.line + 1 };
  const line = { no: position.line, start: position.offset, text: '', next };
  if (size > MAX_LINE_BYTES) return { ...line, fault: `is longer than ${MAX_LINE_BYTES} bytes` };
  const text = decode(dropByteOrderMark(bytes, position.offset));
  if (text === null) return { ...line, fault: 'is not UTF-8: save the list as UTF-8' };
  const fault = text.includes('\0') ? 'has a NUL character in it' : null;
  return { ...line, text: dropReturn(text), fault };
}

function decode(bytes: Uint8Array): string | null {
  try {
    return UTF8.decode(bytes);
  } catch {
    return null;
  }
}

/** Removes all `\r` at the end of a line. Some programs convert `\r\n` twice, which results in `\r\r\n`. */
function dropReturn(text: string): string {
  return text.endsWith('\r') ? text.replace(/\r+$/, '') : text;
}

function dropByteOrderMark(bytes: Uint8Array, offset: number): Uint8Array {
  const hasMark = offset === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return hasMark ? bytes.subarray(3) : bytes;
}
