import { directUpload } from './handlers/direct-upload-handler.ts';
import { importFromUrl, importStatus } from './handlers/from-url-handler.ts';
import { completeMultipart, startMultipart } from './handlers/multipart-upload-handler.ts';
import { createGroup, uploadedGroupInfo } from './handlers/upload-groups-handler.ts';
import { uploadedFileInfo } from './handlers/upload-info-handler.ts';
import type { UploadHandler } from './upload-exchange.ts';

/** A path of the Upload API, with its handlers by method. */
export interface UploadRoute {
  readonly pattern: string;
  readonly handlers: Readonly<Record<string, UploadHandler>>;
}

/** All paths of the Upload API (docs/uploadcare-api.md 11), except the URLs for sending parts. */
const UPLOAD_ROUTES: readonly UploadRoute[] = [
  { pattern: '/base/', handlers: { POST: directUpload } },
  { pattern: '/multipart/start/', handlers: { POST: startMultipart } },
  { pattern: '/multipart/complete/', handlers: { POST: completeMultipart } },
  // A recording shows that GET works too (`ex.url_upload_failure`).
  { pattern: '/from_url/', handlers: { GET: importFromUrl, POST: importFromUrl } },
  { pattern: '/from_url/status/', handlers: { GET: importStatus } },
  { pattern: '/group/', handlers: { POST: createGroup } },
  // One of the vendor's clients sends this path with two slashes, and the service accepts it (recording
  // `py.resources.create_file_group`).
  { pattern: '/group//', handlers: { POST: createGroup } },
  { pattern: '/group/info/', handlers: { GET: uploadedGroupInfo } },
  { pattern: '/info/', handlers: { GET: uploadedFileInfo } },
];

/** Finds the route of a path. The paths have no variable parts, so comparing the text is enough. */
export function findUploadRoute(path: string): UploadRoute | undefined {
  return UPLOAD_ROUTES.find(({ pattern }) => pattern === path);
}
