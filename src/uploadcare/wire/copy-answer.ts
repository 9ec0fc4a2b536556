import { z } from 'zod';
import type { ApiResponse } from '../../transport/send.ts';
import { type AskedRequest, checkAnswer } from './check-answer.ts';

/** `existed` (a 200) means that an object of that name was there: perhaps our own, of a lost answer. */
export interface RemoteCopyAnswer {
  readonly kind: 'copied' | 'existed';
  /** `s3://<bucket>/<key>`; an older server may leave it out. */
  readonly url: string | null;
}

const remoteCopyAnswer = z.object({ result: z.string().nullish() });

/** The answer of `POST /files/remote_copy/`. */
export function parseRemoteCopyAnswer(
  request: AskedRequest,
  response: ApiResponse,
): RemoteCopyAnswer {
  const { result } = checkAnswer(remoteCopyAnswer, request, response);
  return { kind: response.status === 201 ? 'copied' : 'existed', url: result ?? null };
}
