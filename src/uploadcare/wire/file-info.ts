import { z } from 'zod';
import type { FileFacts } from '../../core/file-facts.ts';
import type { ApiResponse } from '../../transport/send.ts';
import { type AskedRequest, checkAnswer } from './check-answer.ts';
import { fileUuid } from './file-uuid-field.ts';
import { timestamp } from './timestamp.ts';

/**
 * A file's fields (api 2.1). What a filter of a delete may stand on must be there: a missing
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

/** A file as filters and steps know it. */
export const fileInfo = fileShape.transform(factsFrom);

/** The facts in a file's fields: an absent or null one is unknown, an empty one is known. */
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
 * While a file is processed its type is not known yet: the service then says nothing, an empty
 * text, or `application/octet-stream` with an open `is_image` (api 2.1, 3.6).
 */
function mimeTypeFrom({ mime_type, is_image }: z.output<typeof fileShape>): string | null {
  if (mime_type == null || mime_type === '') return null;
  const isProvisional = mime_type === 'application/octet-stream' && is_image == null;
  return isProvisional ? null : mime_type;
}

/** The answer of `GET /files/{uuid}/`. */
export function parseFileInfo(request: AskedRequest, response: ApiResponse): FileFacts {
  return checkAnswer(fileInfo, request, response);
}
