import type { FileFacts } from '../core/file-facts.ts';
import { parseFileUuid } from '../core/file-uuid.ts';
import type { ItemKey } from '../core/item.ts';
import type { FilesApi } from '../uploadcare/files-api.ts';

/** Reads the current facts of a file; null if the project no longer has it. */
export function lookUpFile(
  files: FilesApi,
  key: ItemKey,
  signal: AbortSignal,
): Promise<FileFacts | null> {
  return files.fileInfo(parseFileUuid(key), signal);
}
