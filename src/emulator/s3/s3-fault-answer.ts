import type { Fault } from '../faults/faults.ts';
import type { EmulatorResponse } from '../protocol/emulator-request.ts';
import { refusedS3, S3Refusal, s3Refusals } from './s3-refusal.ts';

/** The answer of a fault in the format of S3. Undefined if S3 has no format of its own for this fault. */
export function s3FaultAnswer(fault: Fault): EmulatorResponse | undefined {
  const refusal = faultRefusal(fault);
  return refusal === undefined ? undefined : refusedS3(refusal, 'emulated-fault');
}

function faultRefusal(fault: Fault): S3Refusal | undefined {
  if (fault.kind === 'throttle') return s3Refusals.slowDown();
  if (fault.kind === 'unauthorized') return s3Refusals.signatureDoesNotMatch();
  if (fault.kind !== 'status' || fault.body === 'html') return undefined;
  const { status } = fault;
  if (status === 503) return s3Refusals.slowDown();
  // S3 answers a CompleteMultipartUpload that fails late with the status 200 and the XML of an error.
  const isInternal = status === 200 || status >= 500;
  const code = isInternal ? 'InternalError' : 'EmulatedError';
  return new S3Refusal(status, code, `Emulated error ${status}.`);
}
