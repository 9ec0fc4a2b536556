import type { RestClient } from '../uploadcare/rest-client.ts';
import type { UploadClient } from '../uploadcare/upload-client.ts';

/** Both APIs of one project. */
export interface ServiceClient extends RestClient {
  readonly upload: UploadClient;
}
