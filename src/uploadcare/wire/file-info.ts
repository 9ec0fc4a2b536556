import * as z from 'zod';
import type { FileFacts } from '../../core/file-facts.ts';
import type { ApiResponse } from '../../transport/send.ts';
import { checkAnswer, type RequestInfo } from './check-answer.ts';
import { fileUuid } from './file-uuid-field.ts';
import { timestamp } from './timestamp.ts';

/**
 * The fields of a file (docs/uploadcare-api.md 2.1). Fields that may decide about a delete are required. For
 * example, if a missing `datetime_stored` counted as null, a stored file would look unstored, and a job could
 * delete it.
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

/** The schema of a file with the fields that filters and steps need. */
export const fileInfo = fileShape.transform(factsFrom);

/**
 * Converts the fields of a file. A missing field or null means that the value is unknown; an empty value is
 * known.
 */
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
 * Returns the MIME type. Returns null while the service processes the file and does not know its type. The
 * service then sends no type, an empty text, or `application/octet-stream` with a null `is_image`
 * (docs/uploadcare-api.md 2.1 and 3.6).
 */
function mimeTypeFrom({ mime_type, is_image }: z.output<typeof fileShape>): string | null {
  if (mime_type == null || mime_type === '') return null;
  const isProvisional = mime_type === 'application/octet-stream' && is_image == null;
  return isProvisional ? null : mime_type;
}

/** Parses the answer to `GET /files/{uuid}/`. */
export function parseFileInfo(request: RequestInfo, response: ApiResponse): FileFacts {
  return checkAnswer(fileInfo, request, response);
}

/** One page of the list of files. */
export interface ListedPage<File extends FileFacts = FileFacts> {
  readonly files: readonly File[];
  readonly next: string | null;
  /**
   * The number of files in the whole list, according to a counter of the service. null if the answer contains
   * no number. The counter may be out of date, so ucbulk uses it only for warnings. `next` shows if there are
   * more files.
   */
  readonly total: number | null;
}

/**
 * Creates the schema of a page from the schema of its files. The field `next` is required, because only a null
 * proves that the list has ended.
 */
export function listedPage<File extends FileFacts>(file: z.ZodType<File>) {
  return z
    .object({
      next: z.string().nullable(),
      total: z.int().nonnegative().nullable().catch(null),
      results: z.array(file),
    })
    .transform(({ next, total, results }): ListedPage<File> => ({ next, total, files: results }));
}

const page = listedPage(fileInfo);

/** Parses the answer to `GET /files/`. */
export function parsePage(request: RequestInfo, response: ApiResponse): ListedPage {
  return checkAnswer(page, request, response);
}
