import { servesProject } from '../project/service-origins.ts';
import type { EmulatorRequest, EmulatorResponse } from '../protocol/emulator-request.ts';
import { type CdnPath, parseCdnPath } from './cdn-path.ts';
import { type CdnHost, findAnywhere, servedFile } from './find-file.ts';
import { cdnTag } from './transform-file.ts';

/**
 * Answers a GET or HEAD of the CDN: a file, a changed picture, or a frame of a video. No recording of the
 * real service shows the texts for unknown, removed or unready files and for invalid operations, so these
 * texts are assumptions.
 */
export function serveFile(host: CdnHost, request: EmulatorRequest): EmulatorResponse {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isRead) return plain(405, 'Method not allowed.\n');
  const path = parseCdnPath(request.target.split('?', 1)[0] ?? '');
  const uuid = path === undefined ? undefined : findUuid(host, path);
  const found = uuid === undefined ? undefined : findAnywhere(host, uuid);
  const isServed =
    path !== undefined &&
    found !== undefined &&
    found.file.removedAt === null &&
    found.file.isReady &&
    servesProject(request.headers.host, found.project.publicKey);
  if (!isServed) return plain(404, 'File not found.\n');
  const served = servedFile(host, found, path);
  if (served.status !== 200) return plain(served.status, `${served.problem}\n`);
  const sha256 = host.originals.find(found.file.uuid)?.sha256;
  const tag = cdnTag(sha256 ?? `${found.file.uuid}-${found.file.size}`, path);
  const { bytes } = served;
  const [start, end] = parseRange(request.headers['range'], bytes.length) ?? [0, bytes.length];
  const isPart = end - start < bytes.length;
  const headers = {
    'content-type': served.mimeType,
    'content-length': String(end - start),
    'accept-ranges': 'bytes',
    etag: `"${tag}"`,
    ...(isPart && { 'content-range': `bytes ${start}-${end - 1}/${bytes.length}` }),
  };
  return { status: isPart ? 206 : 200, headers, body: bytes.subarray(start, end) };
}

// Returns the start and the end of a range such as `bytes=0-99`. Null if there is none, or if the file has no such bytes.
function parseRange(header: string | undefined, size: number): [number, number] | null {
  const found = /^bytes=(\d+)-(\d+)$/.exec(header ?? '');
  if (found === null) return null;
  const [start, end] = [Number(found[1]), Math.min(size, Number(found[2]) + 1)];
  return start < end ? [start, end] : null;
}

// Returns the UUID in the path. If the path names a group and a position, returns the UUID of the file at
// this position, from 0.
function findUuid(host: CdnHost, { uuid, position }: CdnPath): string | undefined {
  if (position === null) return uuid;
  for (const { project } of host.projectsByKey.values()) {
    const slot = project.groups.find(uuid);
    if (slot !== undefined) return project.groups.describe(slot).members[position]?.uuid;
  }
  return undefined;
}

function plain(status: number, body: string): EmulatorResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}
