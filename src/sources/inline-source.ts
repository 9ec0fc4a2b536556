import * as z from 'zod';
import { formatCounted } from '../core/counted.ts';
import { type FileUuid, isFileUuid, parseFileUuid } from '../core/file-uuid.ts';
import type { FilesApi } from '../uploadcare/files-api.ts';
import { defineSource } from './descriptor.ts';
import { lookUpFile } from './look-up-file.ts';
import type { Source } from './source.ts';

/** Provides the files that the job file itself lists. */
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

/** The source `inline`: file UUIDs in the job file. */
export const inline = defineSource({
  kind: 'inline',
  options: z
    .array(
      z
        .string({ error: 'a file UUID' })
        .refine(isFileUuid, { error: 'is not a file UUID' })
        .transform(parseFileUuid),
      { error: 'a list of file UUIDs' },
    )
    .min(1, { error: 'a list of at least one file UUID' }),
  summary: 'File UUIDs in the job file',
  gives: () => 'file',
  tellsFacts: 'never',
  lists: 'none',
  describe: (uuids) => `Takes the ${formatCounted(uuids.length, 'file')} that the job names`,
  create: (uuids, { client }) => inlineSource(client.files, uuids),
});
