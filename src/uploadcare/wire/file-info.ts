import { z } from 'zod';
import type { FileFacts } from '../../core/file-facts.ts';
import type { ApiResponse } from '../../transport/send.ts';
import { checkAnswer, type RequestInfo } from './check-answer.ts';
import { fileUuid } from './file-uuid-field.ts';
import { timestamp } from './timestamp.ts';

/**
 * The fields of a file (api 2.1). Fields that may decide a delete are required: a missing
 * `datetime_stored` read as null would make a stored file look unstored.
 */
export const fileFields = {
  uuid: fileUuid,
  original_filename: z.string().nullish(),
  size: z.number(),
  mime_type: z.string().nullish(),
  is_image: z.boolean().nullish(),
  is_ready: z.boolean(),
  datetime_uploaded: timestamp,
  datetime_stored: timestamp.nullable(),
  datetime_removed: timestamp.nullable(),
  metadata: z.record(z.string(), z.string()).nullish(),
  tags: z.array(z.string()).nullish(),
  original_file_url: z.string().nullish(),
};

const fileShape = z.object(fileFields);

/** The schema of a file, as filters and steps use it. */
export const fileInfo = fileShape.transform(factsFrom);

/** Converts a file's fields to facts. An absent or null field is unknown; an empty one is known. */
export function factsFrom(file: z.output<typeof fileShape>): FileFacts {
  return {
    uuid: file.uuid,
    filename: file.original_filename ?? null,
    size: file.size,
    mimeType: mimeTypeFrom(file),
    isImage: file.is_image ?? null,
    isReady: file.is_ready,
    uploadedAt: file.datetime_uploaded,
    storedAt: file.datetime_stored,
    removedAt: file.datetime_removed,
    metadata: file.metadata ?? null,
    tags: file.tags ?? null,
    ...(file.original_file_url !== undefined && { url: file.original_file_url }),
  };
}

/**
 * The MIME type, or null while the file is processed and its type is unknown. The service then
 * sends nothing, an empty text, or `application/octet-stream` with a null `is_image` (api 2.1,
 * 3.6).
 */
function mimeTypeFrom({ mime_type, is_image }: z.output<typeof fileShape>): string | null {
  if (mime_type == null || mime_type === '') return null;
  const isProvisional = mime_type === 'application/octet-stream' && is_image == null;
  return isProvisional ? null : mime_type;
}

/** The answer of `GET /files/{uuid}/`. */
export function parseFileInfo(request: RequestInfo, response: ApiResponse): FileFacts {
  return checkAnswer(fileInfo, request, response);
}

/** One page of the list of files. */
interface ListedPage {
  readonly files: readonly FileFacts[];
  readonly next: string | null;
  /**
   * Number of files in the whole listing by the service's counter; null if the service does not
   * send it. The counter is cached and may be wrong: use it for warnings only. `next` decides.
   */
  readonly total: number | null;
}

/** `next` is required: only a null proves that a listing is complete. */
const page = z
  .object({
    next: z.string().nullable(),
    total: z.int().nonnegative().nullable().catch(null),
    results: z.array(fileInfo),
  })
  .transform(({ next, total, results }): ListedPage => ({ next, total, files: results }));

/** The answer of `GET /files/`. */
export function parsePage(request: RequestInfo, response: ApiResponse): ListedPage {
  return checkAnswer(page, request, response);
}
