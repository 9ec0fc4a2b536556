import { createDirectUploadApi, type DirectUploadApi } from './direct-upload-api.ts';
import { createFromUrlApi, type FromUrlApi } from './from-url-api.ts';
import {
  createMultipartUploadApi,
  type MultipartUploadApi,
  type PartDependencies,
} from './multipart-upload-api.ts';
import type { UploadDependencies } from './upload-calls.ts';
import { createUploadedApi, type UploadedApi } from './uploaded-api.ts';

/** The origin of the Upload API, if the user configured no other. */
export const UPLOAD_ORIGIN = 'https://upload.uploadcare.com';

/** The endpoints of the Upload API for one project. */
export interface UploadClient {
  readonly direct: DirectUploadApi;
  readonly multipart: MultipartUploadApi;
  readonly fromUrl: FromUrlApi;
  readonly uploaded: UploadedApi;
}

/**
 * Creates the client, which contains all endpoints. `send` must follow the rules in `UPLOAD_API`, and
 * `sendPart` those in `PART_STORAGE` (both in src/transport/api-dialect.ts). Neither of them signs requests
 * or receives the secret key.
 */
export function createUploadClient(deps: UploadDependencies & PartDependencies): UploadClient {
  return {
    direct: createDirectUploadApi(deps),
    multipart: createMultipartUploadApi(deps, deps),
    fromUrl: createFromUrlApi(deps),
    uploaded: createUploadedApi(deps),
  };
}
