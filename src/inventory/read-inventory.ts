import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { ByteReader } from '../core/byte-reader.ts';
import { decodeFile } from '../core/encoded-file.ts';
import { errorMessage } from '../core/error-message.ts';
import type { FileFacts } from '../core/file-facts.ts';
import { isJsonObject } from '../core/json.ts';
import { UserError } from '../core/user-error.ts';
import type { Files } from '../core/world.ts';
import {
  INVENTORY_FORMAT,
  type InventoryEnd,
  type InventoryHeader,
  type PageHead,
  parseEnd,
  parseLine,
  parsePageHead,
} from './inventory-format.ts';

/** An inventory file on this machine. */
export interface InventoryFile {
  readonly files: Files;
  readonly path: string;
}

/** An inventory that is complete and undamaged. */
export interface Inventory {
  readonly header: InventoryHeader;
  readonly end: InventoryEnd;
}

/** A page of an inventory. */
export interface InventoryPage {
  readonly files: readonly FileFacts[];
  /** The place of the next page; null if this is the last one. */
  readonly next: InventoryPlace | null;
}

/** The place of a page. */
export interface InventoryPlace {
  /** Number of bytes before the page in the inventory. */
  readonly offset: number;
  /** The cursor with which the service lists the page. */
  readonly cursor: string | null;
}

const MAX_LINE_BYTES = 64 * 1024;
/** The command that makes an inventory. */
const MAKE_ONE = 'Run `ucbulk inspect`, which lists the project and keeps a new inventory.';

/** Reads the header of an inventory. Throws a `UserError` if the file has none. */
export async function readInventoryHeader(place: InventoryFile): Promise<InventoryHeader> {
  await checkFile(place);
  return withReader(place, { from: 0 }, (reader) => readHeader(reader, place));
}

/**
 * Reads a whole inventory and checks its hash. `onPage` receives the files of each page before the hash is
 * checked, so the caller must not use them before this function has returned.
 */
export async function checkInventory(
  place: InventoryFile,
  signal: AbortSignal,
  onPage: (files: readonly FileFacts[]) => void | Promise<void> = () => undefined,
): Promise<Inventory> {
  await checkFile(place);
  const hash = createHash('sha256');
  const onBytes = (bytes: Uint8Array) => hash.update(bytes);
  return withReader(place, { from: 0, onBytes }, async (reader) => {
    const header = await readHeader(reader, place);
    const count = { files: 0, pages: 0 };
    for (;;) {
      signal.throwIfAborted();
      const sha256 = hash.copy().digest('hex');
      const line = (await reader.line(MAX_LINE_BYTES)) ?? '';
      const head = parsePageHead(line);
      if (head === null) return { header, end: await readEnd(reader, line, { ...count, sha256 }) };
      await onPage(await readBody(reader, head, place));
      count.files += head.files;
      count.pages += 1;
    }
  });

  async function readEnd(reader: ByteReader, line: string, expected: InventoryEnd) {
    const isComplete = isDeepStrictEqual(parseEnd(line), expected) && (await reader.isAtEnd());
    if (!isComplete) throw damaged(place);
    return expected;
  }
}

/** Reads a page. `offset` is null for the first page. The inventory must have been checked before. */
export async function readInventoryPage(
  place: InventoryFile,
  offset: number | null,
): Promise<InventoryPage> {
  return withReader(place, { from: offset ?? 0 }, async (reader) => {
    if (offset === null) await readHeader(reader, place);
    const line = (await reader.line(MAX_LINE_BYTES)) ?? '';
    const head = parsePageHead(line);
    if (head === null && parseEnd(line) === null) throw damaged(place);
    if (head === null) return { files: [], next: null };
    const files = await readBody(reader, head, place);
    const after = (offset ?? 0) + reader.consumed;
    const following = parsePageHead((await reader.line(MAX_LINE_BYTES)) ?? '');
    return { files, next: following && { offset: after, cursor: following.cursor } };
  });
}

async function readHeader(reader: ByteReader, place: InventoryFile): Promise<InventoryHeader> {
  const line = await reader.line(MAX_LINE_BYTES);
  const value = line === null ? null : parseLine(line);
  if (!isJsonObject(value) || value['ucbulk'] !== 'inventory') throw damaged(place);
  const { format, tool } = value;
  if (format !== INVENTORY_FORMAT) {
    throw new UserError(
      'configuration',
      `The inventory ${place.path} has format ${String(format)}, and this ucbulk reads format ${INVENTORY_FORMAT}. Nothing was sent. Use ucbulk ${String(tool)}, which made it, or list the project again: ${MAKE_ONE}`,
    );
  }
  return value as unknown as InventoryHeader;
}

async function readBody(
  reader: ByteReader,
  head: PageHead,
  place: InventoryFile,
): Promise<FileFacts[]> {
  const body = await reader.bytes(head.bytes);
  const files = body === null ? null : unpack(body);
  if (files === null || files.length !== head.files) throw damaged(place);
  return files.map(decodeFile);
}

function unpack(body: Buffer): unknown[] | null {
  try {
    const value = JSON.parse(gunzipSync(body).toString('utf8'));
    return Array.isArray(value) && value.every(Array.isArray) ? value : null;
  } catch {
    return null;
  }
}

async function checkFile({ files, path }: InventoryFile): Promise<void> {
  const facts = await files.factsOf(path, 'follow').catch((error: unknown) => {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const message = isMissing
      ? `There is no inventory of this project in the state directory. Nothing was sent. ${MAKE_ONE}`
      : `The inventory ${path} can't be read: ${errorMessage(error)}. Nothing was sent.`;
    throw new UserError('configuration', message, { cause: error });
  });
  if (facts.kind === 'file') return;
  throw new UserError(
    'configuration',
    `${path} is not a file, so it is not an inventory. Nothing was sent. Move it away. ${MAKE_ONE}`,
  );
}

function damaged({ path }: InventoryFile): UserError {
  return new UserError(
    'configuration',
    `The inventory ${path} is damaged or incomplete: its content does not match its hash. Nothing was sent. ${MAKE_ONE}`,
  );
}

async function withReader<Result>(
  { files, path }: InventoryFile,
  { from, onBytes }: { readonly from: number; readonly onBytes?: (bytes: Uint8Array) => void },
  use: (reader: ByteReader) => Promise<Result>,
): Promise<Result> {
  const reader = new ByteReader(files.readBytes(path, from), onBytes);
  try {
    return await use(reader);
  } finally {
    await reader.close();
  }
}
