import { errorMessage } from '../core/error-message.ts';
import { ClassifiedError } from '../core/failure.ts';
import type { Item } from '../core/item.ts';
import type { ByteBody, Files } from '../core/world.ts';

/** A local file in the state that it had when it was opened. It can be read several times. */
export interface LocalFile {
  /** Absolute path of the file. */
  readonly path: string;
  /** Name of the file without its folder. */
  readonly name: string;
  /** Size in bytes. */
  readonly size: number;
  /** Time of the last change, ms since 1970. */
  readonly modifiedAt: number;
  /**
   * A part of the file; the last part may be shorter than `length`. If the file has changed, throws an error
   * before the last bytes of the part. Otherwise the bytes could come from two versions of the file.
   */
  part(from: number, length: number): ByteBody;
  /** Present if the file is an object of a bucket. */
  readonly object?: {
    /** Metadata that the new file gets from the object. */
    readonly metadata: Readonly<Record<string, string>>;
    /** Tags of the deleted file of which the object is the backup. */
    readonly tags: readonly string[];
    readonly contentType: string;
    /** MD5 of the whole object in lower-case hex, if the bucket knows it. */
    readonly md5: string | null;
    /** True if the bucket gives out the bytes of one version only, so that they need not be compared afterwards. */
    readonly isPinned: boolean;
  };
}

/** Opens the files of items. A missing or unreadable file lets only its own item fail. */
export interface LocalFiles {
  /** `signal` aborts the reads of a file that is not on the disk. */
  open(item: Item, signal: AbortSignal): Promise<LocalFile>;
}

/** Creates the access to files on the disk. `toPath` returns the path of an item. */
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
