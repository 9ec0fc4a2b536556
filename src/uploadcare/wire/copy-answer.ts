import * as z from 'zod';
import type { FileUuid } from '../../core/file-uuid.ts';
import type { ApiResponse } from '../../transport/send.ts';
import { checkAnswer, type RequestInfo } from './check-answer.ts';
import { fileUuid } from './file-uuid-field.ts';
import { timestamp } from './timestamp.ts';

/**
 * The result of a copy to a storage. `existed` (status 200) means that the storage already had an object with
 * this name. An earlier request whose answer was lost may have made it.
 */
export interface RemoteCopyAnswer {
  readonly kind: 'copied' | 'existed';
  /** The URL `s3://<bucket>/<key>`; null if an older version of the service sends none. */
  readonly url: string | null;
}

/**
 * The file that a copy within the project made. Its size is unknown until the service has copied the content
 * (docs/uploadcare-api.md 3.6).
 */
export interface LocalCopyAnswer {
  readonly uuid: FileUuid;
  /** Time in ms since 1970; null if the copy is not stored permanently. */
  readonly storedAt: number | null;
}

/**
 * The answers that the service can send. Any other answer with status 200 may come from a proxy. It does not
 * prove that the object was copied or that it existed.
 */
const remoteCopyAnswer = z.union([
  z.object({ result: z.string() }),
  z.object({ type: z.literal('url'), result: z.null().optional() }),
]);

/**
 * The fields that ucbulk uses. Other fields are not checked: if an unexpected value made the answer invalid,
 * the result of the copy would be unknown.
 */
const localCopyAnswer = z
  .object({ result: z.object({ uuid: fileUuid, datetime_stored: timestamp.nullish() }) })
  .transform(
    ({ result }): LocalCopyAnswer => ({
      uuid: result.uuid,
      storedAt: result.datetime_stored ?? null,
    }),
  );

/** Parses the answer to `POST /files/remote_copy/`. */
export function parseRemoteCopyAnswer(
  request: RequestInfo,
  response: ApiResponse,
): RemoteCopyAnswer {
  const { result } = checkAnswer(remoteCopyAnswer, request, response);
  return { kind: response.status === 201 ? 'copied' : 'existed', url: result ?? null };
}

/** Parses the answer to `POST /files/local_copy/`. */
export function parseLocalCopyAnswer(request: RequestInfo, response: ApiResponse): LocalCopyAnswer {
  return checkAnswer(localCopyAnswer, request, response);
}
