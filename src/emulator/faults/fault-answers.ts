import type { EmulatorResponse } from '../protocol/emulator-request.ts';
import { refusals, type ServiceRefusal } from '../protocol/rest-refusals.ts';
import { type DistortedRequest, distortAnswer } from './distort-answer.ts';
import type { Fault } from './faults.ts';

const HTML = { 'content-type': 'text/html; charset=utf-8' };
const CUT = { status: 0, body: '', headers: {} };

/** The answer of a fault that happens before the request has any effect. Undefined for other faults. */
export function answerBefore(fault: Fault, nowMs: number): EmulatorResponse | undefined {
  switch (fault.kind) {
    case 'throttle':
      return throttled(fault, nowMs);
    case 'unauthorized':
      return refusalAnswer(refusals.wrongSignature());
    case 'html':
      return { status: 200, body: htmlPage(200), headers: HTML };
    case 'status':
      return fault.when === 'after' ? undefined : statusAnswer(fault);
    case 'reset':
    case 'hang':
      return fault.when === 'after' ? undefined : { ...CUT, fault: { kind: fault.kind } };
    case 'truncate':
    case 'slow':
    case 'delay':
    case 'distort':
      return undefined;
  }
}

/** Changes the correct answer as the fault demands. The request has had its effect before this is called. */
export function answerAfter(
  fault: Fault,
  answer: EmulatorResponse,
  request?: DistortedRequest,
): EmulatorResponse {
  switch (fault.kind) {
    case 'status':
      return statusAnswer(fault);
    case 'reset':
    case 'hang':
      return { ...CUT, fault: { kind: fault.kind } };
    case 'truncate': {
      const keepBytes = Math.floor(Buffer.byteLength(answer.body) * (fault.keepShare ?? 0.5));
      return { ...answer, fault: { kind: 'truncate', keepBytes } };
    }
    case 'slow':
    case 'delay':
      return { ...answer, fault: { kind: fault.kind, ms: fault.ms } };
    case 'distort': {
      // `request` is defined only for a list or batch request: only its answer can contain such a mistake.
      if (request === undefined || answer.status !== 200) return answer;
      return { ...answer, body: distortAnswer(fault.what, String(answer.body), request) };
    }
    case 'throttle':
    case 'html':
    case 'unauthorized':
      return answer;
  }
}

/** The answer for an error of the service. The headers that all answers share are added later. */
export function refusalAnswer(refusal: ServiceRefusal): EmulatorResponse {
  return { status: refusal.status, body: refusal.body, headers: { ...refusal.headers } };
}

function throttled(fault: Fault & { kind: 'throttle' }, nowMs: number): EmulatorResponse {
  const seconds = fault.retryAfterSeconds ?? 1;
  const answer = refusalAnswer(refusals.throttled(seconds));
  const form = fault.retryAfterForm ?? 'seconds';
  if (form === 'date') {
    answer.headers['retry-after'] = new Date(nowMs + seconds * 1000).toUTCString();
  }
  if (form === 'absent') delete answer.headers['retry-after'];
  return answer;
}

function statusAnswer(fault: Fault & { kind: 'status' }): EmulatorResponse {
  const isHtml = fault.body === 'html';
  return {
    status: fault.status,
    body: isHtml ? htmlPage(fault.status) : `{"detail":"Emulated error ${fault.status}."}`,
    headers: isHtml ? HTML : {},
  };
}

function htmlPage(status: number): string {
  return `<html>\r\n<head><title>${status}</title></head>\r\n<body><center><h1>${status}</h1></center></body>\r\n</html>\r\n`;
}
