import type { EmulatorState } from '../emulator-state.ts';
import { answerAfter, answerBefore } from '../faults/fault-answers.ts';
import type { Fault } from '../faults/faults.ts';
import {
  type EmulatorRequest,
  type EmulatorResponse,
  isLoopback,
} from '../protocol/emulator-request.ts';
import type { UploadArrival } from '../upload/upload-exchange.ts';

/** A service, as the steps that every request goes through need it. */
interface CountedService {
  /** The path pattern under which the request is counted. */
  readonly pattern: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The answer of a fault, in the format of this service. */
  readonly faultAnswer?: (fault: Fault, nowMs: number) => EmulatorResponse | undefined;
  readonly answer: (arrival: UploadArrival, fault: Fault | undefined) => EmulatorResponse;
  /** Name of the header with the id of the request. Default `x-uploadcare-request-id`. */
  readonly requestIdHeader?: string;
}

/** Answers a request, or lets it fail as the fault rules demand. Counts the request. */
export function answerCounted(
  state: EmulatorState,
  request: EmulatorRequest,
  service: CountedService,
): EmulatorResponse {
  const nowMs = state.clock.now();
  const arrival = { number: state.nextRequest(), nowMs, now: state.clock.uniqueMicros() };
  state.settle(arrival.now);
  const fault = state.faults.pick(request.method, request.target);
  const own = fault && service.faultAnswer?.(fault, nowMs);
  let response = fault && answerBefore(fault, nowMs);
  if (response === undefined) {
    response = service.answer(arrival, fault);
    if (fault !== undefined) response = own ?? answerAfter(fault, response);
  } else if (own !== undefined) response = own;
  state.tally.add(request.method, service.pattern, response.status);
  const isInsecure = request.isHttps === false && !isLoopback(request);
  const headers = {
    date: new Date(nowMs).toUTCString(),
    ...service.headers,
    ...(isInsecure ? { warning: INSECURE_WARNING } : {}),
    [service.requestIdHeader ?? 'x-uploadcare-request-id']: state.requestId(arrival.number),
    ...response.headers,
  };
  return { ...response, headers, body: request.method === 'HEAD' ? '' : response.body };
}

const INSECURE_WARNING = '199 Miscellaneous warning: You should use secure requests to Uploadcare';
