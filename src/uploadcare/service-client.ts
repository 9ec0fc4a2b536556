import type { RestClient } from './rest-client.ts';
import type { UploadClient } from './upload-client.ts';

/** The endpoints of the REST API and of the Upload API for one project. */
export interface ServiceClient extends RestClient {
  readonly upload: UploadClient;
}
