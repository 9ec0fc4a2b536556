import { ClassifiedError } from '../core/failure.ts';
import type { Item } from '../core/item.ts';
import type { ByteBody, Files } from '../core/world.ts';

/** A file on this machine, to be read as often as it takes. */
export interface LocalFile {
  /** Without its folder. */
  readonly name: string;
  readonly bytes: ByteBody;
  /** Some bytes of it: fewer at its end. */
  part(from: number, length: number): ByteBody;
}

/** Opens the file that an item stands for; one that vanished or can't be read fails alone. */
export interface LocalFiles {
  open(item: Item): Promise<LocalFile>;
}

/** The files of the disk; `pathOf` says where an item's file is. */
export function createLocalFiles(files: Files, pathOf: (item: Item) => string): LocalFiles {
  return {
    async open(item) {
      const path = pathOf(item);
      const facts = await files.factsOf(path, 'follow').catch((error: unknown) => {
        throw unreadable(path, error);
      });
      if (facts.kind !== 'file') throw unreadable(path, new Error('it is no file'));
      return localFile(files, path, facts.size);
    },
  };
}

function localFile(files: Files, path: string, size: number): LocalFile {
  const part = (from: number, length: number): ByteBody => {
    const end = Math.min(size, from + length);
    return { size: end - from, open: () => slice(files.readBytes(path, from), end - from) };
  };
  return { name: path.slice(path.lastIndexOf('/') + 1), bytes: part(0, size), part };
}

async function* slice(chunks: AsyncIterable<Uint8Array>, length: number) {
  let left = length;
  for await (const chunk of chunks) {
    if (left <= 0) return;
    yield chunk.length <= left ? chunk : chunk.subarray(0, left);
    left -= chunk.length;
  }
}

function unreadable(path: string, cause: unknown): ClassifiedError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ClassifiedError({
    kind: 'permanent',
    effect: 'none',
    code: 'unreadable',
    message: `Can't read ${JSON.stringify(path)}: ${why}`,
    cause,
  });
}
