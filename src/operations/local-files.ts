import { errorMessage } from '../core/error-message.ts';
import { ClassifiedError } from '../core/failure.ts';
import type { Item } from '../core/item.ts';
import type { ByteBody, Files } from '../core/world.ts';

/** A file on this machine as it was when it was opened. It can be read repeatedly. */
export interface LocalFile {
  /** Absolute. */
  readonly path: string;
  /** Without its folder. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Ms since 1970. */
  readonly modifiedAt: number;
  /**
   * A part of the file; shorter at its end. Throws before its last bytes if the file has changed:
   * the bytes before may be of two versions.
   */
  part(from: number, length: number): ByteBody;
}

/** Opens the files of items. A file that is missing or unreadable fails only its item. */
export interface LocalFiles {
  open(item: Item): Promise<LocalFile>;
}

/** The files on the disk; `toPath` returns the path of an item. */
export function createLocalFiles(files: Files, toPath: (item: Item) => string): LocalFiles {
  return {
    async open(item) {
      const path = toPath(item);
      const facts = await files.factsOf(path, 'follow').catch((error: unknown) => {
        throw unreadable(path, error);
      });
      if (facts.kind !== 'file') throw unreadable(path, new Error('it is not a file'));
      return localFile(files, { ...facts, path });
    },
  };
}

interface Opened {
  readonly path: string;
  readonly size: number;
  readonly modifiedAt: number;
}

function localFile(files: Files, opened: Opened): LocalFile {
  const { path, size, modifiedAt } = opened;
  return {
    path,
    name: path.slice(path.lastIndexOf('/') + 1),
    size,
    modifiedAt,
    part(from, length) {
      const bytes = Math.min(size, from + length) - from;
      return { size: bytes, open: () => unchanged(files, opened, { from, bytes }) };
    },
  };
}

async function* unchanged(
  files: Files,
  opened: Opened,
  { from, bytes }: { readonly from: number; readonly bytes: number },
): AsyncGenerator<Uint8Array> {
  let left = bytes;
  if (left === 0) return await check(files, opened);
  for await (const chunk of files.readBytes(opened.path, from)) {
    const taken = chunk.length <= left ? chunk : chunk.subarray(0, left);
    left -= taken.length;
    if (left === 0) await check(files, opened);
    yield taken;
    if (left === 0) return;
  }
}

async function check(files: Files, { path, size, modifiedAt }: Opened): Promise<void> {
  const now = await files.factsOf(path, 'follow');
  if (now.kind === 'file' && now.size === size && now.modifiedAt === modifiedAt) return;
  throw changedFile(path);
}

/** The failure of an upload whose file changed while it was read. */
export function changedFile(path: string): ClassifiedError {
  return new ClassifiedError({
    kind: 'permanent',
    effect: 'none',
    code: 'body_changed',
    message: `${JSON.stringify(path)} changed during the upload, so no file was made from it. Run the job again when the file no longer changes`,
  });
}

/** The failure of an upload whose file can't be read. */
export function unreadable(path: string, cause: unknown): ClassifiedError {
  const why = errorMessage(cause);
  return new ClassifiedError({
    kind: 'permanent',
    effect: 'none',
    code: 'unreadable',
    message: `Can't read ${JSON.stringify(path)}: ${why}`,
    cause,
  });
}
