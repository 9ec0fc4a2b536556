import { refusalAnswer } from '../faults/fault-answers.ts';
import type { EmulatorRequest, EmulatorResponse } from '../protocol/emulator-request.ts';
import { refusals } from '../protocol/rest-refusals.ts';
import { UploadRefusal } from '../protocol/upload-refusal.ts';
import { S3_PREFIX } from '../s3/s3-request.ts';
import { PART_PREFIX } from '../upload/part-urls.ts';
import { refusedUpload } from '../upload/upload-answer.ts';

const MIB = 1024 ** 2;
// The largest valid JSON body of the REST API is a batch of 100 UUIDs. The limit is much higher. So a
// somewhat larger body gets the error for its content, not the one for its size.
const REST_LIMIT_BYTES = 8 * MIB;
// A direct upload allows files of up to 100 MB (docs/uploadcare-api.md 11.2), and the form needs some more
// bytes.
const DIRECT_LIMIT_BYTES = 101 * MIB;
// The storage of the real service accepts parts of 5 GB. The emulator allows less, because a part must fit
// into memory.
const PART_LIMIT_BYTES = 1024 * MIB;

/** Maximum size of a request's body in bytes. `target` is the request's path and query. */
export function bodyLimit(target: string): number {
  if (target.startsWith(PART_PREFIX) || target.startsWith(S3_PREFIX)) return PART_LIMIT_BYTES;
  return isDirectUpload(target) ? DIRECT_LIMIT_BYTES : REST_LIMIT_BYTES;
}

/**
 * The answer to a request whose body is too large. It has the format of the service that the request was for.
 */
export function bodyTooLarge(request: EmulatorRequest): EmulatorResponse {
  return isDirectUpload(request.target)
    ? refusedUpload(request, new UploadRefusal('RequestSizeLimitExceededError'))
    : refusalAnswer(refusals.bodyTooLarge());
}

function isDirectUpload(target: string): boolean {
  return target.startsWith('/base/');
}
