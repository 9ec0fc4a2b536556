import { refusalAnswer } from '../faults/fault-answers.ts';
import type { EmulatorRequest, EmulatorResponse } from '../protocol/emulator-request.ts';
import { refusals } from '../protocol/rest-refusals.ts';
import { UploadRefusal } from '../protocol/upload-refusal.ts';
import { PART_PREFIX } from '../upload/part-urls.ts';
import { refusedUpload } from '../upload/upload-answer.ts';

const MIB = 1024 ** 2;
// The largest JSON body of the REST API is a batch of 100 UUIDs; the rest is room for mistakes.
const REST_LIMIT_BYTES = 8 * MIB;
// Files of 100 MB may be uploaded directly (api 11.2); a form has more around them.
const DIRECT_LIMIT_BYTES = 101 * MIB;
// The storage takes parts of 5 GB; here they have to fit into memory.
const PART_LIMIT_BYTES = 1024 * MIB;

/** How many bytes a request to this target may bring. */
export function bodyLimitOf(target: string): number {
  if (target.startsWith(PART_PREFIX)) return PART_LIMIT_BYTES;
  return isDirectUpload(target) ? DIRECT_LIMIT_BYTES : REST_LIMIT_BYTES;
}

/** The answer to a request that brought more, in the words of the service it is for. */
export function bodyTooLarge(request: EmulatorRequest): EmulatorResponse {
  return isDirectUpload(request.target)
    ? refusedUpload(request, new UploadRefusal('RequestSizeLimitExceededError'))
    : refusalAnswer(refusals.bodyTooLarge());
}

function isDirectUpload(target: string): boolean {
  return target.startsWith('/base/');
}
