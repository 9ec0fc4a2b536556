import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { encodeFile } from '../core/encoded-file.ts';
import { errorMessage } from '../core/error-message.ts';
import { canceled } from '../core/failure.ts';
import type { FileFacts } from '../core/file-facts.ts';
import { UserError } from '../core/user-error.ts';
import type { Files } from '../core/world.ts';
import type { InventoryEnd, InventoryHeader, PageHead } from './inventory-format.ts';

// Higher levels take several times as long, and save about a tenth of the space: UUIDs can't be compressed.
const LEVEL = 1;

/** A page of the listing. */
export interface ListedPage {
  /** The cursor with which the service listed it; null for the first page. */
  readonly cursor: string | null;
  readonly files: readonly FileFacts[];
}

/** The place of an inventory. */
export interface InventoryTarget {
  readonly files: Files;
  readonly path: string;
  /** The name of the file until it is complete. */
  readonly temporary: string;
}

/**
 * Writes an inventory while its pages are listed. It replaces the earlier inventory only when it is complete.
 * Throws the error of the listing, or a `UserError` if the file can't be written.
 */
export async function writeInventory(
  { files, path, temporary }: InventoryTarget,
  {
    header,
    pages,
  }: { readonly header: InventoryHeader; readonly pages: AsyncIterable<ListedPage> },
  signal: AbortSignal,
): Promise<void> {
  const listing = { failed: false, error: undefined as unknown };
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      yield* encode(header, pages);
    } catch (error) {
      listing.failed = true;
      listing.error = error;
      throw error;
    }
  }
  try {
    await files.writeBytes(temporary, chunks(), signal);
    await files.rename(temporary, path);
  } catch (error) {
    await files.remove(temporary);
    if (listing.failed) throw listing.error;
    if (signal.aborted) throw canceled();
    throw unwritable(path, error);
  }
}

async function* encode(
  header: InventoryHeader,
  pages: AsyncIterable<ListedPage>,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  const count = { files: 0, pages: 0 };
  const hashed = (bytes: Buffer): Buffer => {
    hash.update(bytes);
    return bytes;
  };
  yield hashed(toLine(header));
  for await (const { cursor, files } of pages) {
    if (files.length === 0) continue;
    const body = gzipSync(JSON.stringify(files.map(encodeFile)), { level: LEVEL });
    const head: PageHead = { cursor, files: files.length, bytes: body.length };
    yield hashed(Buffer.concat([toLine(head), body]));
    count.files += files.length;
    count.pages += 1;
  }
  const end: InventoryEnd = { ...count, sha256: hash.digest('hex') };
  yield toLine(end);
}

function toLine(value: object): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}

function unwritable(path: string, cause: unknown): UserError {
  const message = `The inventory can't be written to ${path}: ${errorMessage(cause)}. The earlier inventory, if any, is unchanged. Correct that, then repeat \`ucbulk inspect\`.`;
  return new UserError('configuration', message, { cause });
}
