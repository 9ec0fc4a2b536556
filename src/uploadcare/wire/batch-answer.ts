import { z } from 'zod';
import type { FileUuid } from '../../core/file-uuid.ts';
import type { ApiResponse } from '../../transport/send.ts';
import { checkAnswer, type RequestInfo } from './check-answer.ts';
import { fileUuid } from './file-uuid-field.ts';
import { timestamp } from './timestamp.ts';

/** A file after a batch request. Times are ms since 1970. */
export interface BatchFile {
  readonly uuid: FileUuid;
  readonly storedAt: number | null;
  readonly removedAt: number | null;
}

/** The result of a batch request, in the service's order; match files by UUID. */
export interface BatchAnswer {
  readonly files: readonly BatchFile[];
  /** Reasons by the item's text as it was sent: `Invalid`, `Missing in the project`. */
  readonly problems: ReadonlyMap<string, string>;
}

/**
 * Only the fields that decide an item: an odd field elsewhere must not make the batch's outcome
 * unknown.
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

/** The answer of `PUT` and `DELETE /files/storage/`. */
export function parseBatchAnswer(request: RequestInfo, response: ApiResponse): BatchAnswer {
  return checkAnswer(batchAnswer, request, response);
}
