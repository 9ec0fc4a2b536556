import { z } from 'zod';
import type { FileUuid } from '../../core/file-uuid.ts';
import type { ApiResponse } from '../../transport/send.ts';
import { checkAnswer, type RequestInfo } from './check-answer.ts';
import { fileUuid } from './file-uuid-field.ts';
import { timestamp } from './timestamp.ts';

/**
 * `existed` (a 200) means that an object with that name existed; it may be the copy of a lost
 * answer.
 */
export interface RemoteCopyAnswer {
  readonly kind: 'copied' | 'existed';
  /** `s3://<bucket>/<key>`; null from an older server. */
  readonly url: string | null;
}

/** The new file, still incomplete: its size is unknown until it is copied (api 3.6). */
export interface LocalCopyAnswer {
  readonly uuid: FileUuid;
  /** Ms since 1970; null if the copy is not stored. */
  readonly storedAt: number | null;
}

/** Any other 200 proves nothing about the object: it may be a proxy's page. */
const remoteCopyAnswer = z.union([
  z.object({ result: z.string() }),
  z.object({ type: z.literal('url'), result: z.null().optional() }),
]);

/**
 * Only the fields that are used: an odd field elsewhere must not make the outcome of a copy
 * unknown.
 */
const localCopyAnswer = z
  .object({ result: z.object({ uuid: fileUuid, datetime_stored: timestamp.nullish() }) })
  .transform(
    ({ result }): LocalCopyAnswer => ({
      uuid: result.uuid,
      storedAt: result.datetime_stored ?? null,
    }),
  );

/** The answer of `POST /files/remote_copy/`. */
export function parseRemoteCopyAnswer(
  request: RequestInfo,
  response: ApiResponse,
): RemoteCopyAnswer {
  const { result } = checkAnswer(remoteCopyAnswer, request, response);
  return { kind: response.status === 201 ? 'copied' : 'existed', url: result ?? null };
}

/** The answer of `POST /files/local_copy/`. */
export function parseLocalCopyAnswer(request: RequestInfo, response: ApiResponse): LocalCopyAnswer {
  return checkAnswer(localCopyAnswer, request, response);
}
