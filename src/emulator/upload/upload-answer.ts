import type { Fault } from '../faults/faults.ts';
import {
  type EmulatorRequest,
  type EmulatorResponse,
  pathOf,
  queryOf,
} from '../protocol/emulator-request.ts';
import { throttledUpload, UploadRefusal } from '../protocol/upload-refusal.ts';

/**
 * The headers that all answers of the Upload API have, as in recordings of the vendor's Python client
 * (docs/uploadcare-api.md 11.1).
 */
export function uploadHeaders(methods: readonly string[]): Record<string, string> {
  return {
    'access-control-allow-credentials': 'true',
    'access-control-allow-headers': 'X-PINGOTHER, X-UC-User-Agent, DNT',
    'access-control-allow-methods': [...methods, 'OPTIONS'].join(', '),
    'access-control-allow-origin': '*',
    // Assumption: this list contains `Retry-After`, because the vendor's client for browsers must be able to
    // read this header. No recording of the real service shows it.
    'access-control-expose-headers': 'Warning, Retry-After',
    'access-control-max-age': '1',
    vary: 'Accept-Encoding, Origin',
  };
}

/**
 * The answer for an error: plain text with an error status. If the client asked for JSON errors, the answer
 * has status 200 and a body that contains the error (docs/uploadcare-api.md 11.1). The vendor's client reads
 * the field `error_code` in it. This field is an assumption: no recording of the real service shows it.
 */
export function refusedUpload(request: EmulatorRequest, refusal: UploadRefusal): EmulatorResponse {
  const { status, message, code } = refusal;
  const headers = { ...refusal.headers };
  if (!wantsJsonErrors(request)) {
    return {
      status,
      headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' },
      body: message,
    };
  }
  const error = { content: message, status_code: status, error_code: code };
  const type = { 'content-type': 'application/json' };
  return { status: 200, headers: { ...headers, ...type }, body: JSON.stringify({ error }) };
}

/**
 * The answer of a fault, in the format of the Upload API. Undefined if the fault has the same format in all
 * services.
 */
export function uploadFaultAnswer(
  request: EmulatorRequest,
  fault: Fault,
  nowMs: number,
): EmulatorResponse | undefined {
  if (fault.kind === 'unauthorized') {
    return refusedUpload(request, new UploadRefusal('SignatureInvalidError'));
  }
  if (fault.kind === 'throttle') return throttledAnswer(request, fault, nowMs);
  if (fault.kind !== 'status' || fault.body === 'html') return undefined;
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  const body = fault.status === 500 ? 'Internal error.' : `Emulated error ${fault.status}.`;
  return { status: fault.status, headers, body };
}

function throttledAnswer(
  request: EmulatorRequest,
  fault: Fault & { kind: 'throttle' },
  nowMs: number,
): EmulatorResponse {
  const seconds = fault.retryAfterSeconds ?? 1;
  const answer = refusedUpload(request, throttledUpload(seconds));
  if (fault.retryAfterForm === 'absent') delete answer.headers['retry-after'];
  if (fault.retryAfterForm === 'date') {
    answer.headers['retry-after'] = new Date(nowMs + seconds * 1000).toUTCString();
  }
  return answer;
}

function wantsJsonErrors(request: EmulatorRequest): boolean {
  const isAsked = queryOf(request).get('jsonerrors') === '1';
  return isAsked || /\bapplication\/json\b/.test(request.headers.accept ?? '');
}

/** The error for a method that the path does not support. */
export function methodRefusal(request: EmulatorRequest): UploadRefusal {
  return new UploadRefusal('MethodNotAllowedError', [request.method, pathOf(request)]);
}
