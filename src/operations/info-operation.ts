import * as z from 'zod';
import type { JsonObject } from '../core/json.ts';
import { present } from '../core/present.ts';
import { blockSchema, flagSchema, stepFile } from '../job/job-value-schemas.ts';
import type { FilesApi } from '../uploadcare/files-api.ts';
import type { FileDetails } from '../uploadcare/wire/file-details.ts';
import { defineOperation, PROJECT_FILES } from './descriptor.ts';
import { itemUuid } from './item-uuid.ts';
import type { EachOperation } from './operation.ts';

const infoOptions = blockSchema({
  ...stepFile,
  include: z
    .literal('appdata', { error: 'appdata' })
    .optional()
    .describe('`appdata`: also read the results of add-ons. Needs version 0.7 of the REST API'),
  addFields: z
    .literal('rekognition_info', { error: 'rekognition_info' })
    .optional()
    .describe('`rekognition_info`: also read the labels of images. Needs version 0.6'),
  content: flagSchema
    .optional()
    .describe('true: also record facts about images and videos, such as the width'),
});

/**
 * Creates the operation that reads the facts of a file and stores them as the item's result. It changes
 * nothing.
 */
function infoOperation(
  files: FilesApi,
  { include, addFields, content = false }: z.output<typeof infoOptions>,
): EachOperation {
  const extra = addFields === undefined ? include : ('rekognition' as const);
  return {
    kind: 'info',
    shape: 'each',
    destructive: false,
    changesListing: false,
    doubt: { class: 'idempotent' },
    async runItem(item, { signal }) {
      const asked = { signal, ...present({ extra }) };
      const details = await files.fileDetails(itemUuid(item), asked);
      if (details === null) return { kind: 'skipped', reason: 'gone' };
      const blocks = {
        ...(content && { image: details.image, video: details.video }),
        ...(addFields !== undefined && { rekognitionInfo: details.rekognitionInfo }),
      };
      return { kind: 'done', result: { ...formatDetails(details), ...blocks } };
    },
  };
}

/** The facts about a file as JSON, with times in ISO 8601. */
export function formatDetails(details: FileDetails): JsonObject {
  const { uuid, filename, size, mimeType, isImage, isReady, metadata, tags } = details;
  const appdata = Object.fromEntries(
    [...details.appdata].map(([name, { data }]) => [name, data] as const),
  );
  return {
    uuid,
    filename,
    size,
    mimeType,
    isImage,
    isReady,
    uploadedAt: isoTime(details.uploadedAt),
    storedAt: isoTime(details.storedAt),
    removedAt: isoTime(details.removedAt),
    url: details.originalFileUrl,
    metadata: metadata && { ...metadata },
    tags: tags && [...tags],
    ...(details.appdata.size > 0 && { appdata }),
  };
}

function isoTime(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

/** The operation that reads the facts of files. */
export const info = defineOperation({
  kind: 'info',
  versionFault({ include, addFields }, version) {
    if (include !== undefined && version === '0.6') {
      return { needs: '0.7', option: 'include', reason: 'version 0.6 has no appdata' };
    }
    if (addFields !== undefined && version === '0.7') {
      const reason = 'version 0.7 has appdata in its place (`include: appdata`)';
      return { needs: '0.6', option: 'addFields', reason };
    }
    return null;
  },
  options: infoOptions,
  optionsText: 'Facts to read',
  takes: PROJECT_FILES,
  isRepeatable: true,
  skipIfDone: null,
  describe: () => 'reads the facts about them',
  listedEffect: () => [],
  requests: () => [{ endpoint: 'GET /files/{uuid}/' }],
  docs: {
    request: '`GET /files/{uuid}/`',
    perRequest: '1',
    result: "the file's facts",
    lostAnswer: 'sent again',
    remarks: 'only reads',
  },
  create: (options, { client }) => infoOperation(client.files, options),
});
