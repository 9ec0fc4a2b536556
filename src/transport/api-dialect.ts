import type { ClassifiedError } from '../core/failure.ts';
import type { WireResponse } from '../core/world.ts';
import { failureFrom, LOST, REDIRECT, THROTTLED, type Verdict } from './answer-verdict.ts';
import { classifyAnswer } from './classify-answer.ts';
import { classifyUploadAnswer } from './classify-upload-answer.ts';
import type { ApiRequest } from './send.ts';

/** What the service's APIs do each in its own way on the wire. */
export interface ApiDialect {
  /** The Accept header: it also chooses the REST API's version. */
  readonly accept: string;
  /** False where a success has nothing to be read. */
  readonly answersJson: boolean;
  /** False where queries hold keys or presigned signatures: they stay out of the log. */
  readonly logsQuery: boolean;
  /** What is wrong with an answer; null where it is a success. `serverNow` is ms since 1970. */
  classify(request: ApiRequest, answer: WireResponse, serverNow: number): ClassifiedError | null;
}

/** The REST API, version 0.7. */
export const REST_V07: ApiDialect = restDialect('0.7');

/** The REST API, version 0.6: ordering by size, `image_info`, `add_fields`. */
export const REST_V06: ApiDialect = restDialect('0.6');

/** The Upload API (api 11). */
export const UPLOAD_API: ApiDialect = {
  accept: 'application/json',
  answersJson: true,
  logsQuery: false,
  classify: classifyUploadAnswer,
};

/** The storage behind presigned part URLs: an S3, which answers in XML or not at all. */
export const PART_STORAGE: ApiDialect = {
  accept: '*/*',
  answersJson: false,
  logsQuery: false,
  classify(request, answer, serverNow) {
    const { status } = answer;
    if (isOk(status)) return null;
    const verdict = partVerdict(status);
    return failureFrom(request, { answer, status, verdict, detail: null, serverNow });
  },
};

const PART_REFUSED: Verdict = {
  kind: 'permanent',
  code: 'part_refused',
  say: 'the part was refused, its URL may have expired: the upload starts anew',
};

function partVerdict(status: number): Verdict {
  if (status === 429) return THROTTLED;
  if (status < 400) return REDIRECT;
  return status < 500 && status !== 408 ? PART_REFUSED : LOST;
}

function restDialect(version: string): ApiDialect {
  return {
    accept: `application/vnd.uploadcare-v${version}+json`,
    answersJson: true,
    logsQuery: true,
    classify: (request, answer, serverNow) =>
      isOk(answer.status) ? null : classifyAnswer(request, answer, serverNow),
  };
}

function isOk(status: number): boolean {
  return status >= 200 && status <= 299;
}
