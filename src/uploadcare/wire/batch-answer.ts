import * as z from 'zod';
import type { FileFacts } from '../../core/file-facts.ts';
import type { FileUuid } from '../../core/file-uuid.ts';
import type { ApiResponse } from '../../transport/send.ts';
import { checkAnswer, type RequestInfo } from './check-answer.ts';
import { fileUuid } from './file-uuid-field.ts';
import { timestamp } from './timestamp.ts';

/** A file after a batch request. Times are in ms since 1970. */
export interface BatchFile {
  readonly uuid: FileUuid;
  readonly storedAt: number | null;
  readonly removedAt: number | null;
  /** Reads all facts of the file in the answer; null if they are not as expected. Absent if nobody can. */
  readonly readFacts?: () => FileFacts | null;
}

/**
 * The result of a batch request. The order of its files is that of the service, so callers must find files by
 * their UUIDs.
 */
export interface BatchAnswer {
  readonly files: readonly BatchFile[];
  /**
   * The reason for each item that failed, such as `Invalid` or `Missing in the project`. The key is the text
   * of the item in the request.
   */
  readonly problems: ReadonlyMap<string, string>;
}

/**
 * The fields of a file that decide if its item is done. Other fields are not checked: if an unexpected value
 * made the answer invalid, the result of the whole batch would be unknown.
 */
const batchFile = z
  .object({
    uuid: fileUuid,
    datetime_stored: timestamp.nullish(),
    datetime_removed: timestamp.nullish(),
  })
  .transform(
    (file): BatchFile => ({
      uuid: file.uuid,
      storedAt: file.datetime_stored ?? null,
      removedAt: file.datetime_removed ?? null,
    }),
  );

const batchAnswer = z
  .object({
    result: z.array(batchFile),
    problems: z.record(z.string(), z.string()).nullish(),
  })
  .transform(
    ({ result, problems }): BatchAnswer => ({
      files: result,
      problems: new Map(Object.entries(problems ?? {})),
    }),
  );

/** Parses the answer to `PUT /files/storage/` (store) and to `DELETE /files/storage/`. */
export function parseBatchAnswer(request: RequestInfo, response: ApiResponse): BatchAnswer {
  return checkAnswer(batchAnswer, request, response);
}
