import { asFileUuid } from '../core/file-uuid.ts';
import { blockSchema } from '../job/job-value-schemas.ts';
import type { FilesApi } from '../uploadcare/files-api.ts';
import { defineSource } from './descriptor.ts';
import { fileReference } from './file-reference.ts';
import type { ListContext } from './list-input.ts';
import {
  columnsSchema,
  describeList,
  listKeys,
  listParts,
  MISSING_COLUMN,
  NOT_SPLIT,
  splitsCsv,
} from './list-options.ts';
import { type ListKind, type ListOptions, listSource } from './list-source.ts';
import { lookUpFile } from './look-up-file.ts';
import { quoteForMessage } from './rejections.ts';
import { hasSeveralFiles } from './several-items.ts';
import type { Source } from './source.ts';

// `item` is the column of `ucbulk report`.
const NAMING = ['uuid', 'file_id', 'file', 'key', 'url', 'cdn_url', 'original_file_url', 'item'];

/** The kind of list that contains UUIDs or CDN URLs of files. */
export const FILE_NAMES: ListKind = {
  kind: 'list',
  naming: NAMING,
  readKey(text) {
    const uuid = asFileUuid(text);
    if (uuid !== null) return { key: uuid };
    if (hasSeveralFiles(text)) {
      return { fault: `more than one file: give each a row of its own: ${quoteForMessage(text)}` };
    }
    const key = fileReference(text);
    if (key !== null) return { key };
    const what = /~\d+(?:\/|$)/.test(text) ? 'a group, not a file' : "not a file's UUID or CDN URL";
    return { fault: `${what}: ${quoteForMessage(text)}` };
  },
};

/** Provides the files of the project that a list names by UUID or CDN URL. */
export function fileNamesSource(
  files: FilesApi,
  options: ListOptions,
  context: ListContext,
): Source {
  const kind: ListKind = {
    ...FILE_NAMES,
    lookUp: (key: string, signal: AbortSignal) => lookUpFile(files, key, signal),
  };
  return listSource(options, kind, context);
}

/** The source `list`: files of the project, named one by one. */
export const fileNames = defineSource({
  ...listParts(FILE_NAMES),
  kind: 'list',
  options: blockSchema({
    ...listKeys(NAMING),
    columns: columnsSchema
      .default([])
      .describe(`Other columns to store with each file. ${MISSING_COLUMN}`),
  }).refine(splitsCsv, NOT_SPLIT),
  summary: 'Files of the project, from a list of UUIDs or CDN URLs: text, CSV or NDJSON',
  gives: () => 'file',
  describe: (options) => `Takes the files named in ${describeList(options)}`,
  create: (options, { client, needs, ...context }) =>
    fileNamesSource(client.files, { ...options, needs }, context),
});
