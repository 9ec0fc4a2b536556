import type { Send } from '../transport/send.ts';
import { createFilesApi, type FilesApi } from './files-api.ts';
import { createProjectApi, type ProjectApi } from './project-api.ts';

/** The REST API v0.7 of one project, as far as operations and sources need it. */
export interface RestClient {
  readonly files: FilesApi;
  readonly project: ProjectApi;
}

/** Bundles the endpoints over one transport; `origin` is the only one a `next` link may name. */
export function createRestClient(send: Send, options: { readonly origin: string }): RestClient {
  return { files: createFilesApi(send, options.origin), project: createProjectApi(send) };
}
