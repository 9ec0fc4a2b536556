import type { FileUuid } from '../core/file-uuid.ts';
import type { FilesApi } from '../uploadcare/files-api.ts';
import { lookUpFile } from './look-up-file.ts';
import type { Source } from './source.ts';

/** Files that the job file itself lists. */
export function inlineSource(files: FilesApi, uuids: readonly FileUuid[]): Source {
  return {
    kind: 'inline',
    uniqueKeys: false,
    async readPage() {
      return { candidates: uuids.map((key) => ({ key, facts: null })), next: null };
    },
    lookUp: (key, signal) => lookUpFile(files, key, signal),
  };
}
