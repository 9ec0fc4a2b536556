import type { Handler } from './exchange.ts';
import { addonStatus, executeAddon } from './handlers/addons-handler.ts';
import { deleteFiles, storeFiles } from './handlers/batch-storage-handler.ts';
import { documentInfo, documentStatus, videoStatus } from './handlers/conversion-status-handler.ts';
import { convertDocument, convertVideo } from './handlers/convert-handler.ts';
import { deleteFile, fileInfo, storeFile } from './handlers/file-handler.ts';
import { deleteGroup, groupInfo, listGroups, storeGroup } from './handlers/groups-handler.ts';
import { listFiles } from './handlers/list-files-handler.ts';
import { copyFile, localCopy } from './handlers/local-copy-handler.ts';
import {
  allMetadata,
  deleteMetadata,
  metadataValue,
  setMetadata,
} from './handlers/metadata-handler.ts';
import { projectInfo } from './handlers/project-handler.ts';
import { remoteCopy } from './handlers/remote-copy-handler.ts';
import { searchFiles } from './handlers/search-handler.ts';
import { changeTags, fileTags, replaceTags } from './handlers/tags-handler.ts';
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  listWebhooks,
  unsubscribe,
  webhookInfo,
} from './handlers/webhooks-handler.ts';

/**
 * The handlers of a path by method, and the value of the `Allow` header for this path. The value is exactly
 * the one that the service sends (docs/uploadcare-api.md 1.3).
 */
export interface RouteMethods {
  readonly allow: string;
  readonly handlers: Readonly<Record<string, Handler>>;
}

/**
 * One path of the API. If its handlers are different in v0.6, `old` contains those of v0.6. `old` is null if
 * v0.6 does not have the path (docs/uploadcare-api.md 13).
 */
export interface Route extends RouteMethods {
  readonly pattern: string;
  readonly old?: RouteMethods | null;
}

const READ = 'GET, HEAD, OPTIONS';
const POST = 'OPTIONS, POST';

/**
 * All paths of the REST API. The first match counts, so `/files/search/` must come before `/files/{uuid}/`.
 */
export const ROUTES: readonly Route[] = [
  {
    pattern: '/files/',
    allow: READ,
    handlers: { GET: listFiles },
    old: { allow: 'GET, HEAD, OPTIONS, POST', handlers: { GET: listFiles, POST: copyFile } },
  },
  {
    pattern: '/files/storage/',
    allow: 'DELETE, OPTIONS, PUT',
    handlers: { PUT: storeFiles, DELETE: deleteFiles },
  },
  { pattern: '/files/local_copy/', allow: POST, handlers: { POST: localCopy } },
  { pattern: '/files/remote_copy/', allow: POST, handlers: { POST: remoteCopy } },
  // The `Allow` headers of search and tags are assumptions: no recording of the real service shows them.
  { pattern: '/files/search/', allow: POST, handlers: { POST: searchFiles }, old: null },
  {
    pattern: '/files/{uuid}/',
    allow: 'DELETE, GET, HEAD, OPTIONS',
    // Assumption: DELETE works in v0.7, because `Allow` still lists it (docs/uploadcare-api.md 15.30). No
    // recording of the real service shows such a request.
    handlers: { GET: fileInfo, DELETE: deleteFile },
  },
  {
    pattern: '/files/{uuid}/storage/',
    allow: 'DELETE, GET, HEAD, OPTIONS, POST, PUT',
    // Assumption: GET and POST work in v0.7, because `Allow` lists them (docs/uploadcare-api.md 3.3). No
    // recording of the real service shows such requests.
    handlers: { GET: fileInfo, POST: storeFile, PUT: storeFile, DELETE: deleteFile },
  },
  {
    pattern: '/files/{uuid}/metadata/',
    allow: READ,
    handlers: { GET: allMetadata },
    old: null,
  },
  {
    pattern: '/files/{uuid}/metadata/{key}/',
    allow: 'DELETE, GET, HEAD, OPTIONS, PUT',
    handlers: { GET: metadataValue, PUT: setMetadata, DELETE: deleteMetadata },
    old: null,
  },
  {
    pattern: '/files/{uuid}/tags/',
    allow: 'GET, HEAD, OPTIONS, PATCH, PUT',
    handlers: { GET: fileTags, PUT: replaceTags, PATCH: changeTags },
    old: null,
  },
  { pattern: '/groups/', allow: READ, handlers: { GET: listGroups } },
  {
    pattern: '/groups/{id}/',
    allow: 'DELETE, GET, HEAD, OPTIONS',
    handlers: { GET: groupInfo, DELETE: deleteGroup },
    old: { allow: READ, handlers: { GET: groupInfo } },
  },
  {
    // v0.7 does not have this path (docs/uploadcare-api.md 6). The `Allow` header comes from a recording of
    // v0.5.
    pattern: '/groups/{id}/storage/',
    allow: 'OPTIONS',
    handlers: {},
    old: { allow: 'OPTIONS, POST, PUT', handlers: { PUT: storeGroup, POST: storeGroup } },
  },
  { pattern: '/convert/document/', allow: POST, handlers: { POST: convertDocument } },
  { pattern: '/convert/video/', allow: POST, handlers: { POST: convertVideo } },
  { pattern: '/convert/document/status/{token}/', allow: READ, handlers: { GET: documentStatus } },
  { pattern: '/convert/video/status/{token}/', allow: READ, handlers: { GET: videoStatus } },
  {
    pattern: '/convert/document/{uuid}/',
    allow: READ,
    handlers: { GET: documentInfo },
    old: null,
  },
  {
    pattern: '/addons/{name}/execute/',
    allow: POST,
    handlers: { POST: executeAddon },
    old: null,
  },
  {
    pattern: '/addons/{name}/execute/status/',
    allow: READ,
    handlers: { GET: addonStatus },
    old: null,
  },
  {
    pattern: '/webhooks/',
    allow: 'GET, HEAD, OPTIONS, POST',
    handlers: { GET: listWebhooks, POST: createWebhook },
  },
  {
    pattern: '/webhooks/unsubscribe/',
    allow: 'DELETE, OPTIONS',
    handlers: { DELETE: unsubscribe },
  },
  {
    pattern: '/webhooks/{id}/',
    allow: 'DELETE, GET, HEAD, OPTIONS, PUT',
    handlers: { GET: webhookInfo, PUT: changeWebhook, DELETE: deleteWebhook },
  },
  { pattern: '/project/', allow: READ, handlers: { GET: projectInfo } },
];

/** A route that matches a path, and the variable parts of the path with their URL encoding removed. */
export interface RouteMatch {
  readonly route: Route;
  readonly params: readonly string[];
}

/**
 * Finds the first route that matches a path. Every path of the API ends in a slash (docs/uploadcare-api.md
 * 1).
 */
export function matchRoute(routes: readonly Route[], path: string): RouteMatch | undefined {
  const parts = path.split('/');
  for (const route of routes) {
    const params = matchParams(route.pattern.split('/'), parts);
    if (params !== undefined) return { route, params };
  }
  return undefined;
}

function matchParams(pattern: readonly string[], parts: readonly string[]): string[] | undefined {
  if (pattern.length !== parts.length) return undefined;
  const params: string[] = [];
  for (const [position, expected] of pattern.entries()) {
    const part = parts[position] ?? '';
    if (expected.startsWith('{') && part !== '') params.push(decode(part));
    else if (expected !== part) return undefined;
  }
  return params;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
