import { ByteReader } from '../core/byte-reader.ts';
import type { Files } from '../core/world.ts';

/** A bad row of a list, with its bytes in the list. */
export interface BadRow {
  /** Number of the row's first line, starting at 1. */
  readonly line: number;
  readonly reason: string;
  /** Number of bytes before the row. */
  readonly start: number;
  /** Number of bytes before the next row. */
  readonly end: number;
}

/** The list whose bad rows are recorded, and the file that records them. */
export interface RejectsPlace {
  readonly files: Files;
  readonly list: string;
  readonly path: string;
}

/** Maximum number of bytes of a row that the file contains. `bytes` shows if a row is longer. */
const MAX_ROW_BYTES = 128 * 1024;
/** Number of rows that are read from the list at once. */
const BATCH_ROWS = 1000;
const BATCH_BYTES = 256 * 1024;
const SKIP_BYTES = 64 * 1024;

const HEADER = 'line,reason,bytes,form,row\r\n';
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
// Spreadsheets take a cell that starts with one of these characters for a formula.
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/u;

/**
 * Records the bad rows of a list in a CSV, each with its bytes as they were. The length of the file is a part of
 * the cursor of a page. A resumed run continues at this length, and so replaces what a killed process wrote for
 * a page that it did not commit.
 */
export class RejectsFile {
  readonly #place: RejectsPlace;
  #length: number;
  #rows: BadRow[] = [];

  /** `length`: the length of the file at the start of the page. */
  constructor(place: RejectsPlace, length: number) {
    this.#place = place;
    this.#length = length;
  }

  add(row: BadRow): void {
    this.#rows.push(row);
  }

  /** True if so many rows were added that `flush` must write them, to keep memory use constant. */
  get isFull(): boolean {
    return this.#rows.length >= BATCH_ROWS;
  }

  /** Writes the rows of the page. Returns the length of the file. */
  async finish(): Promise<number> {
    await this.flush();
    return this.#length;
  }

  /** Writes the rows that were added so far. */
  async flush(): Promise<void> {
    const rows = this.#rows;
    const [first] = rows;
    this.#rows = [];
    if (first === undefined) return;
    const { files, list } = this.#place;
    const reader = new ByteReader(files.readBytes(list, first.start));
    try {
      let text = this.#length === 0 ? HEADER : '';
      for (const row of rows) {
        await skip(reader, row.start - first.start - reader.consumed);
        text += formatRow(row, await readRow(reader, row));
        if (text.length >= BATCH_BYTES) text = await this.#write(text);
      }
      await this.#write(text);
    } finally {
      await reader.close();
    }
  }

  /** Appends a text. Returns an empty text, with which the caller continues. */
  async #write(text: string): Promise<''> {
    if (text === '') return '';
    const bytes = Buffer.from(text, 'utf8');
    await this.#place.files.writeFrom(this.#place.path, this.#length, bytes);
    this.#length += bytes.length;
    return '';
  }
}

async function skip(reader: ByteReader, count: number): Promise<void> {
  for (let left = count; left > 0; left -= SKIP_BYTES) {
    await reader.bytes(Math.min(left, SKIP_BYTES));
  }
}

async function readRow(reader: ByteReader, { start, end }: BadRow): Promise<Buffer> {
  const bytes = (await reader.bytes(Math.min(end - start, MAX_ROW_BYTES))) ?? Buffer.alloc(0);
  const isWhole = bytes.length === end - start;
  return isWhole ? withoutLineEnd(withoutByteOrderMark(bytes, start)) : bytes;
}

/** Formats a row of the file. Exported for tests. */
function formatRow({ line, reason, start, end }: BadRow, row: Buffer): string {
  const { form, text } = toCell(row);
  const size = row.length === MAX_ROW_BYTES ? end - start : row.length;
  return `${line},${quote(reason)},${size},${form},${quote(text)}\r\n`;
}

/**
 * Chooses the form in which a CSV can contain the row. `text`: as it was. `apostrophe`: one apostrophe was put
 * before it, so that a spreadsheet does not take it for a formula. `base64`: it is not UTF-8, or contains NUL.
 */
function toCell(row: Buffer): { readonly form: string; readonly text: string } {
  const text = decode(row);
  if (text === null || text.includes('\0')) return { form: 'base64', text: row.toString('base64') };
  return FORMULA.test(text) ? { form: 'apostrophe', text: `'${text}` } : { form: 'text', text };
}

function decode(bytes: Buffer): string | null {
  try {
    return UTF8.decode(bytes);
  } catch {
    return null;
  }
}

function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function withoutByteOrderMark(row: Buffer, start: number): Buffer {
  const hasMark = start === 0 && row[0] === 0xef && row[1] === 0xbb && row[2] === 0xbf;
  return hasMark ? row.subarray(3) : row;
}

function withoutLineEnd(row: Buffer): Buffer {
  let end = row.length;
  if (row[end - 1] === 0x0a) end -= 1;
  while (row[end - 1] === 0x0d) end -= 1;
  return row.subarray(0, end);
}
