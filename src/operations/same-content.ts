import { ClassifiedError } from '../core/failure.ts';
import type { Item } from '../core/item.ts';
import { readSha256 } from './checked-sha256.ts';
import type { IsSameInput } from './descriptor.ts';
import type { LocalFiles } from './local-files.ts';

/** Facts about a local file when it was sent. */
export interface SentFile {
  readonly size: number;
  /** Time of the last change, ms since 1970; null if it is unknown. */
  readonly modifiedAt: number | null;
}

/**
 * Compares the local file of an item with the file that an earlier run uploaded: first the sizes, then the
 * SHA-256. Reads the local file only if the sizes are equal. If the earlier run does not know the checksum,
 * because an answer was lost, the content counts as different.
 */
export function hasSameContent(files: LocalFiles): IsSameInput {
  return async (item, { size, sha256 }, signal) => {
    const file = await files.open(item, signal);
    if (file.size !== size || typeof sha256 !== 'string') return false;
    return (await readSha256(file, signal)) === sha256;
  };
}

/**
 * The SHA-256 of the local file of an item, if the file has not changed since it was sent. Null if it has
 * changed, or can't be read.
 */
export async function readUnchanged(
  files: LocalFiles,
  { item, sent }: { readonly item: Item; readonly sent: SentFile | null },
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const file = await files.open(item, signal);
    const isSame = file.size === sent?.size && file.modifiedAt === sent.modifiedAt;
    return isSame ? await readSha256(file, signal) : null;
  } catch (error) {
    if (error instanceof ClassifiedError && error.kind === 'permanent') return null;
    throw error;
  }
}
