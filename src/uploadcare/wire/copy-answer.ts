import { z } from 'zod';
import type { FileUuid } from '../../core/file-uuid.ts';
import type { ApiResponse } from '../../transport/send.ts';
import { type AskedRequest, checkAnswer } from './check-answer.ts';
import { fileUuid } from './file-uuid-field.ts';
import { timestamp } from './timestamp.ts';

/** `existed` (a 200) means that an object of that name was there: perhaps our own, of a lost answer. */
export interface RemoteCopyAnswer {
  readonly kind: 'copied' | 'existed';
  /** `s3://<bucket>/<key>`; an older server may leave it out. */
  readonly url: string | null;
}

/** The new file, unfinished: its size is not known before it was copied (api 3.6). */
export interface LocalCopyAnswer {
  readonly uuid: FileUuid;
  /** Ms since 1970; null where the copy is not stored. */
  readonly storedAt: number | null;
}

/** A 200 of another kind is no word on an object that was there: it may be a proxy's page. */
const remoteCopyAnswer = z.union([
  z.object({ result: z.string() }),
  z.object({ type: z.literal('url'), result: z.null().optional() }),
]);

/** No more than what we use: an odd field elsewhere must not put a made copy in doubt. */
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
  request: AskedRequest,
  response: ApiResponse,
): RemoteCopyAnswer {
  const { result } = checkAnswer(remoteCopyAnswer, request, response);
  return { kind: response.status === 201 ? 'copied' : 'existed', url: result ?? null };
}

/** The answer of `POST /files/local_copy/`. */
export function parseLocalCopyAnswer(
  request: AskedRequest,
  response: ApiResponse,
): LocalCopyAnswer {
  return checkAnswer(localCopyAnswer, request, response);
}
