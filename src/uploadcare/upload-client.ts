import { createDirectUploadApi, type DirectUploadApi } from './direct-upload-api.ts';
import { createFromUrlApi, type FromUrlApi } from './from-url-api.ts';
import {
  createMultipartUploadApi,
  type MultipartUploadApi,
  type PartDependencies,
} from './multipart-upload-api.ts';
import type { UploadDependencies } from './upload-calls.ts';
import { createUploadedApi, type UploadedApi } from './uploaded-api.ts';

/** The default origin of the Upload API. */
export const UPLOAD_ORIGIN = 'https://upload.uploadcare.com';

/** The Upload API of one project. */
export interface UploadClient {
  readonly direct: DirectUploadApi;
  readonly multipart: MultipartUploadApi;
  readonly fromUrl: FromUrlApi;
  readonly uploaded: UploadedApi;
}

/**
 * Combines the endpoints. `send` uses the dialect `UPLOAD_API`, `sendPart` uses `PART_STORAGE`.
 * Neither signs requests, and neither receives the secret key.
 */
export function createUploadClient(deps: UploadDependencies & PartDependencies): UploadClient {
  return {
    direct: createDirectUploadApi(deps),
    multipart: createMultipartUploadApi(deps, deps),
    fromUrl: createFromUrlApi(deps),
    uploaded: createUploadedApi(deps),
  };
}
