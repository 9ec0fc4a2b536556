import { refusalAnswer } from '../faults/fault-answers.ts';
import type { EmulatorRequest, EmulatorResponse } from '../protocol/emulator-request.ts';
import { refusals } from '../protocol/rest-refusals.ts';
import { UploadRefusal } from '../protocol/upload-refusal.ts';
import { PART_PREFIX } from '../upload/part-urls.ts';
import { refusedUpload } from '../upload/upload-answer.ts';

const MIB = 1024 ** 2;
// The largest valid JSON body of the REST API is a batch of 100 UUIDs. Mistakes may be larger.
const REST_LIMIT_BYTES = 8 * MIB;
// Direct uploads allow files of 100 MB (api 11.2); the form needs some more bytes.
const DIRECT_LIMIT_BYTES = 101 * MIB;
// The storage accepts parts of 5 GB; here they must fit into memory.
const PART_LIMIT_BYTES = 1024 * MIB;

/** Maximum size of the body of a request to this target, in bytes. */
export function bodyLimit(target: string): number {
  if (target.startsWith(PART_PREFIX)) return PART_LIMIT_BYTES;
  return isDirectUpload(target) ? DIRECT_LIMIT_BYTES : REST_LIMIT_BYTES;
}

/** The answer to a request with a larger body, in the format of its service. */
export function bodyTooLarge(request: EmulatorRequest): EmulatorResponse {
  return isDirectUpload(request.target)
    ? refusedUpload(request, new UploadRefusal('RequestSizeLimitExceededError'))
    : refusalAnswer(refusals.bodyTooLarge());
}

function isDirectUpload(target: string): boolean {
  return target.startsWith('/base/');
}
