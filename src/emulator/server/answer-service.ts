import type { EmulatorState } from '../emulator-state.ts';
import {
  type EmulatorRequest,
  type EmulatorResponse,
  pathOf,
} from '../protocol/emulator-request.ts';
import { NOT_FOUND_PAGE } from '../protocol/rest-refusals.ts';
import { isS3Path } from '../s3/s3-request.ts';
import { PART_PREFIX } from '../upload/part-urls.ts';
import { findUploadRoute } from '../upload/upload-routes.ts';
import { answerRequest } from './rest-pipeline.ts';
import { answerS3 } from './s3-pipeline.ts';
import { answerCdn, answerPart, answerUpload } from './upload-pipeline.ts';

/**
 * The three services of Uploadcare: REST API, Upload API and CDN. At Uploadcare, each has its own host. But
 * no path belongs to two of them, so the emulator can serve all three on one port.
 */
export type Surface = 'rest' | 'upload' | 'cdn';

const CDN_PATH = /^\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:~\d+)?\//;

/**
 * Finds the service by the request's path and lets it answer. If the port belongs to a single service, `only`
 * names this service, and the paths of the others are unknown. Every port has the buckets.
 */
export function answerService(
  state: EmulatorState,
  request: EmulatorRequest,
  only?: Surface,
): EmulatorResponse {
  const path = pathOf(request);
  if (isS3Path(path)) return answerS3(state, request);
  const surface = findSurface(path);
  if (only !== undefined && surface !== only) return otherSurface(only);
  if (surface === 'rest') return answerRequest(state, request);
  if (surface === 'cdn') return answerCdn(state, request);
  return path.startsWith(PART_PREFIX) ? answerPart(state, request) : answerUpload(state, request);
}

function findSurface(path: string): Surface {
  if (path.startsWith(PART_PREFIX) || findUploadRoute(path) !== undefined) return 'upload';
  return CDN_PATH.test(path) ? 'cdn' : 'rest';
}

function otherSurface(only: Surface): EmulatorResponse {
  const type = only === 'rest' ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8';
  const body = only === 'rest' ? NOT_FOUND_PAGE : 'Not found.';
  return { status: 404, headers: { 'content-type': type }, body };
}
