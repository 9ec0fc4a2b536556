import type { Handler } from './exchange.ts';
import { deleteFiles, storeFiles } from './handlers/batch-storage-handler.ts';
import { fileInfo } from './handlers/file-info-handler.ts';
import { listFiles } from './handlers/list-files-handler.ts';
import { projectInfo } from './handlers/project-handler.ts';
import { remoteCopy } from './handlers/remote-copy-handler.ts';
import { deleteFile, storeFile } from './handlers/storage-handler.ts';

/** One path of the API: its methods and the exact `Allow` header the service sends (contract 1.3). */
export interface Route {
  readonly pattern: string;
  readonly allow: string;
  readonly handlers: Readonly<Record<string, Handler>>;
}

/** Every endpoint of the REST API. A literal part comes before a variable one. */
export const ROUTES: readonly Route[] = [
  {
    pattern: '/files/',
    allow: 'GET, HEAD, OPTIONS',
    handlers: { GET: listFiles },
  },
  {
    pattern: '/files/storage/',
    allow: 'DELETE, OPTIONS, PUT',
    handlers: { PUT: storeFiles, DELETE: deleteFiles },
  },
  {
    pattern: '/files/remote_copy/',
    allow: 'OPTIONS, POST',
    handlers: { POST: remoteCopy },
  },
  {
    pattern: '/files/{uuid}/',
    allow: 'DELETE, GET, HEAD, OPTIONS',
    // not recorded in v0.7: DELETE, which `Allow` still lists (contract 15.30).
    handlers: { GET: fileInfo, DELETE: deleteFile },
  },
  {
    pattern: '/files/{uuid}/storage/',
    allow: 'DELETE, GET, HEAD, OPTIONS, POST, PUT',
    // not recorded in v0.7: GET and POST, which `Allow` lists (contract 3.3).
    handlers: { GET: fileInfo, POST: storeFile, PUT: storeFile, DELETE: deleteFile },
  },
  {
    pattern: '/project/',
    allow: 'GET, HEAD, OPTIONS',
    handlers: { GET: projectInfo },
  },
];
