import type { RestClient } from './rest-client.ts';
import type { UploadClient } from './upload-client.ts';

/** Both APIs of one project. */
export interface ServiceClient extends RestClient {
  readonly upload: UploadClient;
}
