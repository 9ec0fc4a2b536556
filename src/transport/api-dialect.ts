import type { ApiVersion } from '../core/api-version.ts';
import type { ClassifiedError } from '../core/failure.ts';
import type { WireResponse } from '../core/world.ts';
import { failureFrom, LOST, REDIRECT, THROTTLED, type Verdict } from './answer-verdict.ts';
import { classifyAnswer } from './classify-answer.ts';
import { classifyUploadAnswer } from './classify-upload-answer.ts';
import type { ApiRequest } from './send.ts';

/** The properties in which the service's APIs differ. */
export interface ApiDialect {
  /** The Accept header. It also chooses the version of the REST API. */
  readonly accept: string;
  /** False if successful answers have no body. */
  readonly answersJson: boolean;
  /** False if the query of a URL may contain keys or signatures, which must not be in the log. */
  readonly logsQuery: boolean;
  /** Creates the failure for an answer; null for a success. `serverNow` is ms since 1970. */
  classify(request: ApiRequest, answer: WireResponse, serverNow: number): ClassifiedError | null;
}

/** The properties of a version of the REST API. */
export function restApi(version: ApiVersion): ApiDialect {
  return version === '0.6' ? REST_V06 : REST_V07;
}

/** The REST API, version 0.7. */
export const REST_V07: ApiDialect = restDialect('0.7');

/** The REST API, version 0.6. Only this version has ordering by size, `image_info` and `add_fields`. */
export const REST_V06: ApiDialect = restDialect('0.6');

/** The Upload API (docs/uploadcare-api.md 11). */
export const UPLOAD_API: ApiDialect = {
  accept: 'application/json',
  answersJson: true,
  logsQuery: false,
  classify: classifyUploadAnswer,
};

/**
 * The storage to which parts of files are sent, at URLs that the service has signed. It is S3, which answers
 * in XML or without a body.
 */
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
  message: 'the service refused the part; its URL may have expired, so the upload starts again',
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
