import { createDirectUploadApi, type DirectUploadApi } from './direct-upload-api.ts';
import { createFromUrlApi, type FromUrlApi } from './from-url-api.ts';
import {
  createMultipartUploadApi,
  type MultipartUploadApi,
  type PartPorts,
} from './multipart-upload-api.ts';
import type { UploadPorts } from './upload-calls.ts';
import { createUploadedApi, type UploadedApi } from './uploaded-api.ts';

/** Where the Upload API is unless told otherwise. */
export const UPLOAD_ORIGIN = 'https://upload.uploadcare.com';

/** The Upload API of one project. */
export interface UploadClient {
  readonly direct: DirectUploadApi;
  readonly multipart: MultipartUploadApi;
  readonly fromUrl: FromUrlApi;
  readonly uploaded: UploadedApi;
}

/**
 * Bundles the endpoints. `send` is over the dialect `UPLOAD_API`, `sendPart` over `PART_STORAGE`;
 * neither signs, and the secret key goes into neither.
 */
export function createUploadClient(ports: UploadPorts & PartPorts): UploadClient {
  return {
    direct: createDirectUploadApi(ports),
    multipart: createMultipartUploadApi(ports, ports),
    fromUrl: createFromUrlApi(ports),
    uploaded: createUploadedApi(ports),
  };
}
