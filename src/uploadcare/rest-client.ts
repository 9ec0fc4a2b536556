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
 * The REST API of one project. The transport's dialect selects v0.7, or the subset that v0.6 has.
 */
export interface RestClient {
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

/** Combines the endpoints for one transport. `next` links may only lead to `origin`. */
export function createRestClient(send: Send, { origin }: { readonly origin: string }): RestClient {
  return {
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
