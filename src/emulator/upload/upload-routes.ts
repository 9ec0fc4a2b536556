import { directUpload } from './handlers/direct-upload-handler.ts';
import { importFromUrl, importStatus } from './handlers/from-url-handler.ts';
import { completeMultipart, startMultipart } from './handlers/multipart-upload-handler.ts';
import { createGroup, uploadedGroupInfo } from './handlers/upload-groups-handler.ts';
import { uploadedFileInfo } from './handlers/upload-info-handler.ts';
import type { UploadHandler } from './upload-exchange.ts';

/** One path of the Upload API and its methods. */
export interface UploadRoute {
  readonly pattern: string;
  readonly handlers: Readonly<Record<string, UploadHandler>>;
}

/** Every endpoint of the Upload API (api 11), except the PUT of a part. */
const UPLOAD_ROUTES: readonly UploadRoute[] = [
  { pattern: '/base/', handlers: { POST: directUpload } },
  { pattern: '/multipart/start/', handlers: { POST: startMultipart } },
  { pattern: '/multipart/complete/', handlers: { POST: completeMultipart } },
  // GET is recorded (ex.url_upload_failure).
  { pattern: '/from_url/', handlers: { GET: importFromUrl, POST: importFromUrl } },
  { pattern: '/from_url/status/', handlers: { GET: importStatus } },
  { pattern: '/group/', handlers: { POST: createGroup } },
  // One of the vendor's clients sends this path, and it works (py.resources.create_file_group).
  { pattern: '/group//', handlers: { POST: createGroup } },
  { pattern: '/group/info/', handlers: { GET: uploadedGroupInfo } },
  { pattern: '/info/', handlers: { GET: uploadedFileInfo } },
];

/** The route of a path. No path has a variable part. */
export function findUploadRoute(path: string): UploadRoute | undefined {
  return UPLOAD_ROUTES.find(({ pattern }) => pattern === path);
}
