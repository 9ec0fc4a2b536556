import { serveFile } from '../cdn/cdn-handler.ts';
import type { EmulatorState } from '../emulator-state.ts';
import {
  type EmulatorRequest,
  type EmulatorResponse,
  pathOf,
} from '../protocol/emulator-request.ts';
import { UploadRefusal } from '../protocol/upload-refusal.ts';
import { putPart } from '../upload/handlers/part-upload-handler.ts';
import {
  methodRefusal,
  refusedUpload,
  uploadFaultAnswer,
  uploadHeaders,
} from '../upload/upload-answer.ts';
import { type UploadArrival, UploadExchange } from '../upload/upload-exchange.ts';
import { findUploadRoute, type UploadRoute } from '../upload/upload-routes.ts';
import { answerCounted } from './answer-counted.ts';

/** Answers a request to the Upload API, or lets it fail as the fault rules demand. Counts the request. */
export function answerUpload(state: EmulatorState, request: EmulatorRequest): EmulatorResponse {
  const route = findUploadRoute(pathOf(request));
  return answerCounted(state, request, {
    pattern: route?.pattern ?? '?',
    headers: uploadHeaders(Object.keys(route?.handlers ?? {})),
    faultAnswer: (fault, nowMs) => uploadFaultAnswer(request, fault, nowMs),
    answer: (arrival) =>
      route === undefined ? notFound() : answerRoute(state, request, { route, arrival }),
  });
}

/** Answers a PUT request that sends one part of a multipart upload (docs/uploadcare-api.md 11.3). */
export function answerPart(state: EmulatorState, request: EmulatorRequest): EmulatorResponse {
  return answerCounted(state, request, {
    pattern: '/parts/{uuid}/{name}',
    headers: {},
    answer: ({ nowMs }) =>
      request.method === 'PUT' ? putPart(state.uploads, request, nowMs) : notFound(),
  });
}

/** Answers a request to the CDN. */
export function answerCdn(state: EmulatorState, request: EmulatorRequest): EmulatorResponse {
  return answerCounted(state, request, {
    pattern: '/{uuid}/',
    headers: { 'access-control-allow-origin': '*' },
    answer: () => serveFile(state.uploads, request),
  });
}

function answerRoute(
  state: EmulatorState,
  request: EmulatorRequest,
  { route, arrival }: { readonly route: UploadRoute; readonly arrival: UploadArrival },
): EmulatorResponse {
  // The answer to the preflight request of a browser is an assumption: no recording of the real service shows
  // it.
  if (request.method === 'OPTIONS') return { status: 200, headers: {}, body: '' };
  try {
    const handler = route.handlers[request.method];
    if (handler === undefined) throw methodRefusal(request);
    const body = handler(new UploadExchange(state, request, arrival));
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  } catch (error) {
    if (error instanceof UploadRefusal) return refusedUpload(request, error);
    throw error;
  }
}

function notFound(): EmulatorResponse {
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  return { status: 404, headers, body: 'Not found.' };
}
