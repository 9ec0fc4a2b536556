import type { Send } from '../transport/send.ts';
import { type AddonsApi, createAddonsApi } from './addons-api.ts';
import { type ConversionApi, createConversionApi } from './conversion-api.ts';
import { createFilesApi, type FilesApi } from './files-api.ts';
import { createGroupsApi, type GroupsApi } from './groups-api.ts';
import { createMetadataApi, type MetadataApi } from './metadata-api.ts';
import { createProjectApi, type ProjectApi } from './project-api.ts';
import { createSearchApi, type SearchApi } from './search-api.ts';
import { createTagsApi, type TagsApi } from './tags-api.ts';
import { createWebhooksApi, type WebhooksApi } from './webhooks-api.ts';

/**
 * The endpoints of Uploadcare's REST API for one project. `Send` determines the version of the API: 0.7, or
 * 0.6, which has only some of these endpoints.
 */
export interface RestClient {
  /** Sends any request to the REST API, for own code. */
  readonly send: Send;
  readonly files: FilesApi;
  readonly search: SearchApi;
  readonly metadata: MetadataApi;
  readonly tags: TagsApi;
  readonly groups: GroupsApi;
  readonly conversions: ConversionApi;
  readonly addons: AddonsApi;
  readonly webhooks: WebhooksApi;
  readonly project: ProjectApi;
}

/**
 * Creates the client, which contains all endpoints. `send` sends their requests. `origin` is the origin of
 * the REST API: ucbulk follows a link to the next page of a list only if the link has this origin.
 */
export function createRestClient(send: Send, { origin }: { readonly origin: string }): RestClient {
  return {
    send,
    files: createFilesApi(send, origin),
    search: createSearchApi(send),
    metadata: createMetadataApi(send),
    tags: createTagsApi(send),
    groups: createGroupsApi(send, origin),
    conversions: createConversionApi(send),
    addons: createAddonsApi(send),
    webhooks: createWebhooksApi(send),
    project: createProjectApi(send),
  };
}
