import type { FileFacts } from '../core/file-facts.ts';
import { parseFileUuid } from '../core/file-uuid.ts';
import type { ItemKey } from '../core/item.ts';
import type { FilesApi } from '../uploadcare/files-api.ts';

/** What the file is like now; null where the project has it no more. */
export function lookUpFile(
  files: FilesApi,
  key: ItemKey,
  signal: AbortSignal,
): Promise<FileFacts | null> {
  return files.fileInfo(parseFileUuid(key), signal);
}
