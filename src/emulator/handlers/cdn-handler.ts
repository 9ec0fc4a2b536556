import type { EmulatorRequest, EmulatorResponse } from '../emulator-request.ts';
import { findAnywhere, originalBytes } from '../upload/resolve-source.ts';
import type { UploadService } from '../upload/upload-service.ts';

const FILE = /^\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\//;
const GROUP_MEMBER = /^\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}~\d+)\/nth\/(\d+)\//;

/**
 * GET of a file's original. Operations in the path are not done: the original comes instead. Not
 * recorded: the words for a file that is removed, not ready or unknown.
 */
export function serveOriginal(service: UploadService, request: EmulatorRequest): EmulatorResponse {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isRead) return plain(405, 'Method not allowed.\n');
  const path = request.target.split('?', 1)[0] ?? '';
  const uuid = FILE.exec(path)?.[1] ?? memberOf(service, path);
  const found = uuid === undefined ? undefined : findAnywhere(service, uuid);
  if (found === undefined || found.file.removedAt !== null || !found.file.isReady) {
    return plain(404, 'File not found.\n');
  }
  const body = originalBytes(service, found.project, found.ref);
  const sha256 = service.originals.find(found.file.uuid)?.sha256;
  const tag = sha256 ?? `${found.file.uuid}-${found.file.size}`;
  const headers = {
    'content-type': found.file.mimeType || 'application/octet-stream',
    'content-length': String(body.length),
    etag: `"${tag}"`,
  };
  return { status: 200, headers, body };
}

// The n-th file of a group, from 0.
function memberOf(service: UploadService, path: string): string | undefined {
  const [, id = '', position = ''] = GROUP_MEMBER.exec(path) ?? [];
  for (const { project } of service.projectsByKey.values()) {
    const slot = project.groups.find(id);
    if (slot === undefined) continue;
    return project.groups.describe(slot).members[Number(position)]?.uuid;
  }
  return undefined;
}

function plain(status: number, body: string): EmulatorResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}
