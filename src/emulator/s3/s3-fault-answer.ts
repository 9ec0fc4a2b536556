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
  const code = status < 500 ? 'EmulatedError' : 'InternalError';
  return new S3Refusal(status, code, `Emulated error ${status}.`);
}
