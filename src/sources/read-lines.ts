import { unusable } from './rejections.ts';

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

const NEWLINE = 0x0a;

/** Lines of UTF-8, without their ends. Memory is that of one line, however long the lines are. */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  start: TextPlace,
): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let place = start;
  let pending = new PendingLine();
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      pending.add(chunk.subarray(from, end));
      from = end + 1;
      const line = pending.finish(place, { decoder, ending: 1 });
      yield line;
      place = line.next;
      pending = new PendingLine();
    }
    pending.add(chunk.subarray(from));
  }
  if (pending.size > 0) yield pending.finish(place, { decoder, ending: 0 });
}

/** The bytes of a line that has not ended; those of one that is too long are only counted. */
class PendingLine {
  size = 0;
  #pieces: Uint8Array[] = [];

  add(piece: Uint8Array): void {
    this.size += piece.length;
    if (this.size > MAX_LINE_BYTES) this.#pieces = [];
    else if (piece.length > 0) this.#pieces.push(Uint8Array.from(piece));
  }

  finish(
    place: TextPlace,
    { decoder, ending }: { decoder: InstanceType<typeof TextDecoder>; ending: number },
  ): Line {
    const next = { offset: place.offset + this.size + ending, line: place.line + 1 };
    const line = { no: place.line, next };
    if (this.size > MAX_LINE_BYTES) {
      return { ...line, text: '', fault: `is longer than ${MAX_LINE_BYTES} bytes` };
    }
    const bytes = withoutMark(Buffer.concat(this.#pieces), place.offset);
    try {
      const text = decoder.decode(bytes).replace(/\r$/, '');
      return { ...line, text, fault: text.includes('\0') ? 'has a NUL character in it' : null };
    } catch {
      return { ...line, text: '', fault: 'is not UTF-8' };
    }
  }
}

/** Of a byte order mark: UTF-8's is left out, and UTF-16 is told as what it is. */
function withoutMark(bytes: Uint8Array, offset: number): Uint8Array {
  if (offset !== 0) return bytes;
  const [first, second, third] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw unusable('utf16', 'The list is UTF-16; save it as UTF-8');
  }
  return first === 0xef && second === 0xbb && third === 0xbf ? bytes.subarray(3) : bytes;
}
