import type { EmulatorState } from '../emulator-state.ts';
import type { EmulatorRequest, EmulatorResponse } from '../protocol/emulator-request.ts';
import { s3FaultAnswer } from '../s3/s3-fault-answer.ts';
import { answerCounted } from './answer-counted.ts';

/** Answers a request to a bucket. */
export function answerS3(state: EmulatorState, request: EmulatorRequest): EmulatorResponse {
  state.s3.count(request);
  return answerCounted(state, request, {
    pattern: '/s3/{bucket}/{key}',
    headers: { server: 'AmazonS3' },
    requestIdHeader: 'x-amz-request-id',
    faultAnswer: s3FaultAnswer,
    answer: ({ nowMs, number }, fault) =>
      state.s3.answer({ request, nowMs, requestId: state.requestId(number), fault }),
  });
}
