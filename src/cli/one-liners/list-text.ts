import { UserError } from '../../core/user-error.ts';

/** Maximum size of a JSON document, which must be read as a whole. */
const MAX_JSON_BYTES = 100_000_000;
/** Number of bytes from which the form of a list can be seen. */
const HEAD_BYTES = 65_536;
const LINES_A_CHUNK = 1000;

/**
 * Converts a list in a form of the official CLI to one that ucbulk reads: a JSON array becomes one value a line,
 * and a table becomes its first column. Every other text passes unchanged.
 */
export async function* readableList(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = chunks[Symbol.asyncIterator]();
  const head = await readHead(reader);
  const rest = continued(head, reader);
  const start = new TextDecoder().decode(head.bytes).trimStart();
  if (start.startsWith('[') || isWholeObject(start)) yield* jsonLines(rest);
  else if (/^UUID {2,}\S/.test(start)) yield* firstColumn(rest);
  else yield* rest;
}

interface Head {
  readonly bytes: Buffer;
  readonly hasMore: boolean;
}

async function readHead(reader: AsyncIterator<Uint8Array>): Promise<Head> {
  const parts: Uint8Array[] = [];
  let size = 0;
  while (size < HEAD_BYTES) {
    const { done, value } = await reader.next();
    if (done === true) return { bytes: Buffer.concat(parts), hasMore: false };
    parts.push(value);
    size += value.length;
  }
  return { bytes: Buffer.concat(parts), hasMore: true };
}

async function* continued({ bytes, hasMore }: Head, reader: AsyncIterator<Uint8Array>) {
  if (bytes.length > 0) yield new Uint8Array(bytes);
  while (hasMore) {
    const { done, value } = await reader.next();
    if (done === true) return;
    yield value;
  }
}

/** True if the text begins with a JSON object that continues after its first line, or that contains a list. */
function isWholeObject(start: string): boolean {
  if (!start.startsWith('{')) return false;
  const [first = ''] = start.split('\n', 1);
  const row = readRow(first);
  return row === undefined ? /^\{\s*("|$)/.test(first) : Array.isArray(Object(row).results);
}

/** Parses a line as JSON. Returns undefined if it is no JSON. */
function readRow(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function* jsonLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > MAX_JSON_BYTES)
      throw unreadable(
        'is JSON of more than 100 MB, which can only be read as a whole: write one value a line (NDJSON; with the official CLI: --page-all)',
      );
    parts.push(chunk);
  }
  const values = listIn(parseJson(new TextDecoder().decode(Buffer.concat(parts))));
  for (let at = 0; at < values.length; at += LINES_A_CHUNK) {
    yield asLines(values.slice(at, at + LINES_A_CHUNK).map(listLine));
  }
}

/** A value as a line of a list. A text that is one line is written without quotes, as in a list of UUIDs. */
function listLine(value: unknown): string {
  return typeof value === 'string' && !/[\r\n"]/.test(value) ? value : JSON.stringify(value);
}

function asLines(lines: readonly string[]): Uint8Array {
  return Buffer.from(lines.map((line) => `${line}\n`).join(''));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable('begins like JSON, but is no complete JSON: it was probably cut off', error);
  }
}

/** The values of a JSON list: an array, an answer of the REST API with `results`, or one value. */
function listIn(document: unknown): readonly unknown[] {
  if (Array.isArray(document)) return document;
  const results: unknown = Object(document).results;
  return Array.isArray(results) ? results : [document];
}

async function* firstColumn(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder();
  let open = '';
  let isHeader = true;
  for await (const chunk of chunks) {
    const lines = `${open}${decoder.decode(chunk, { stream: true })}`.split('\n');
    open = lines.pop() ?? '';
    const rows = isHeader ? lines.slice(1) : lines;
    isHeader &&= lines.length === 0;
    if (rows.length > 0) yield asLines(rows.map(firstWord));
  }
  if (open !== '' && !isHeader) yield asLines([firstWord(open)]);
}

function firstWord(line: string): string {
  return line.trim().split(/\s/, 1)[0] ?? '';
}

function unreadable(what: string, cause?: unknown): UserError {
  return new UserError('usage', `The list on standard input ${what}. Nothing was done.`, { cause });
}
