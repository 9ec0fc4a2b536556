import { z } from 'zod';
import type { FileFacts } from '../../core/file-facts.ts';
import type { ApiResponse } from '../../transport/send.ts';
import { type AskedRequest, checkAnswer } from './check-answer.ts';
import { fileUuid } from './file-uuid-field.ts';
import { timestamp } from './timestamp.ts';

/**
 * A file's fields (contract 2.1). What a filter of a delete may stand on must be there: a missing
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

/** The facts in a file's fields. */
export function factsFrom(file: z.output<typeof fileShape>): FileFacts {
  return {
    uuid: file.uuid,
    filename: file.original_filename ?? '',
    size: file.size,
    mimeType: file.mime_type ?? '',
    isImage: file.is_image ?? null,
    isReady: file.is_ready,
    uploadedAt: file.datetime_uploaded,
    storedAt: file.datetime_stored,
    removedAt: file.datetime_removed,
    metadata: file.metadata ?? {},
    tags: file.tags ?? [],
    ...(file.original_file_url !== undefined && { url: file.original_file_url }),
  };
}

/** The answer of `GET /files/{uuid}/`. */
export function parseFileInfo(request: AskedRequest, response: ApiResponse): FileFacts {
  return checkAnswer(fileInfo, request, response);
}
