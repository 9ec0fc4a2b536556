import { type LineEnd, MAX_LINE_BYTES } from './read-lines.ts';
import { unusable } from './rejections.ts';

/** A kind of file that is no UTF-8 text, with advice for the user. */
interface OtherKind {
  readonly code: 'utf16' | 'not_text';
  /** The bytes at the start of such a file. Null stands for any byte except 0. */
  readonly start: readonly (number | null)[];
  readonly what: string;
  readonly advice: string;
}

const AS_UTF8 = 'Save it as UTF-8; in Excel, as "CSV UTF-8".';
const AS_CSV = 'Export the sheet as "CSV UTF-8".';

// The longest byte order marks come first, because the mark of UTF-32 starts with the mark of UTF-16.
const OTHER_KINDS: readonly OtherKind[] = [
  { code: 'utf16', start: [0xff, 0xfe, 0, 0], what: 'UTF-32', advice: AS_UTF8 },
  { code: 'utf16', start: [0, 0, 0xfe, 0xff], what: 'UTF-32', advice: AS_UTF8 },
  { code: 'utf16', start: [0xff, 0xfe], what: 'UTF-16', advice: AS_UTF8 },
  { code: 'utf16', start: [0xfe, 0xff], what: 'UTF-16', advice: AS_UTF8 },
  { code: 'utf16', start: [null, 0, null, 0], what: 'UTF-16', advice: AS_UTF8 },
  { code: 'utf16', start: [0, null, 0, null], what: 'UTF-16', advice: AS_UTF8 },
  {
    code: 'not_text',
    start: [0x50, 0x4b, 0x03, 0x04],
    what: 'an Excel workbook or another ZIP archive',
    advice: AS_CSV,
  },
  {
    code: 'not_text',
    start: [0xd0, 0xcf, 0x11, 0xe0],
    what: 'an old Excel workbook',
    advice: AS_CSV,
  },
  {
    code: 'not_text',
    start: [0x1f, 0x8b],
    what: 'compressed with gzip',
    advice: 'Unpack it with gunzip.',
  },
];

/** Reads the start of a list, up to the maximum length of a line. */
export async function readHead(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    const part = Uint8Array.from(chunk.subarray(0, MAX_LINE_BYTES - size));
    parts.push(part);
    size += part.length;
    if (size === MAX_LINE_BYTES) break;
  }
  return Buffer.concat(parts);
}

/** Finds out how the lines of a text end, from the first line end that is not inside quotes. */
export function detectLineEnd(head: Uint8Array): LineEnd {
  const text = Buffer.from(head).toString('latin1');
  const open = text.replaceAll(/"[^"]*"/g, '');
  const first = /\r+\n|\r(?!$)|\n/.exec(open)?.[0];
  if (first !== undefined) return first === '\r' ? '\r' : '\n';
  return text.includes('\r') && !text.includes('\n') ? '\r' : '\n';
}

/**
 * Throws if the list has another encoding than UTF-8 or is not text, because each of its rows would be
 * invalid.
 */
export function rejectOtherKinds(head: Uint8Array, name: string): void {
  const kind = OTHER_KINDS.find(({ start }) => startsWithBytes(head, start));
  if (kind === undefined) return;
  throw unusable(kind.code, `${name} is ${kind.what}, not text in UTF-8. ${kind.advice}`);
}

function startsWithBytes(head: Uint8Array, start: OtherKind['start']): boolean {
  return (
    head.length >= start.length &&
    start.every((byte, at) => (byte === null ? head[at] !== 0 : head[at] === byte))
  );
}
