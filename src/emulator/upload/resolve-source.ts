import { createHash } from 'node:crypto';
import type { EmulatedProject } from '../emulated-project.ts';
import { generatedOriginal } from '../media/generated-original.ts';
import { mimeTypeOfName } from '../media/mime-types.ts';
import { isPrivateHost } from './check-source-url.ts';
import type { UrlSource } from './registered-urls.ts';
import { UploadRefusal } from './upload-refusal.ts';
import type { UploadService } from './upload-service.ts';

/** What fetching a URL gives: bytes and what the server says of them, or its refusal. */
export interface FetchedSource {
  readonly name: string;
  readonly mimeType: string | undefined;
  readonly size: number;
  readonly isLengthUnknown: boolean;
  /** Undefined for the emulator's own. */
  readonly takesMs: number | undefined;
  /** 200, or what the import fails with. */
  readonly status: number;
  /** The bytes, made when they are needed. */
  readonly bytes: () => Buffer;
}

const CDN_PATH = /^\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\//;
const GENERATED_BYTES = 4096;

/**
 * What is behind a URL, without a network: the emulator's own CDN, what was registered, else
 * nothing. Other addresses of this machine or of private networks are refused as the service does.
 */
export function resolveSource(
  service: UploadService,
  url: URL,
  ownOrigins: readonly string[],
): FetchedSource {
  const own = ownOrigins.includes(url.origin) ? ownFile(service, url) : undefined;
  if (own !== undefined) return own;
  const source = service.urls.find(url);
  if (source?.isBlacklisted) throw new UploadRefusal('URLBlacklistedError');
  if (source !== undefined) return registered(url, source);
  if (ownOrigins.includes(url.origin)) return nothingThere(url);
  if (isPrivateHost(url)) throw new UploadRefusal('URLHostPrivateIPForbiddenError');
  if (service.urls.hasHost(url)) return nothingThere(url);
  throw new UploadRefusal('HostnameNotFoundError');
}

/** The bytes of a file as the CDN serves them: those uploaded, else generated ones. */
export function originalBytes(
  { originals }: UploadService,
  { files }: EmulatedProject,
  ref: number,
): Buffer {
  const file = files.describe(ref);
  return originals.find(file.uuid)?.bytes ?? generatedOriginal(file);
}

/** A file by its UUID alone, in whichever project: the CDN knows no keys. */
export function findAnywhere(service: UploadService, uuid: string) {
  for (const { project } of service.projectsByKey.values()) {
    const ref = project.files.find(uuid);
    if (ref !== undefined) return { project, ref, file: project.files.describe(ref) };
  }
  return undefined;
}

function ownFile(service: UploadService, url: URL): FetchedSource | undefined {
  const uuid = CDN_PATH.exec(url.pathname)?.[1];
  const found = uuid === undefined ? undefined : findAnywhere(service, uuid);
  if (found === undefined || found.file.removedAt !== null || !found.file.isReady) return undefined;
  const bytes = () => originalBytes(service, found.project, found.ref);
  return {
    name: found.file.name,
    mimeType: found.file.mimeType,
    size: bytes().length,
    isLengthUnknown: false,
    takesMs: undefined,
    status: 200,
    bytes,
  };
}

function registered(url: URL, source: UrlSource): FetchedSource {
  const name = source.name ?? nameOf(url);
  const mimeType = source.mimeType ?? mimeTypeOfName(name) ?? 'image/jpeg';
  const uuid = createHash('sha256').update(url.href).digest('hex').slice(0, 32);
  const size = source.size ?? GENERATED_BYTES;
  const { content } = source;
  const generate = () => generatedOriginal({ uuid, name, mimeType, size, contentInfo: '{}' });
  const bytes = content === undefined ? generate : () => Buffer.from(content);
  return {
    name,
    mimeType,
    size: bytes().length,
    isLengthUnknown: source.isLengthUnknown ?? false,
    takesMs: source.takesMs,
    status: source.status ?? 200,
    bytes,
  };
}

function nothingThere(url: URL): FetchedSource {
  return {
    name: nameOf(url),
    mimeType: undefined,
    size: 0,
    isLengthUnknown: true,
    takesMs: undefined,
    status: 404,
    bytes: () => Buffer.alloc(0),
  };
}

// not recorded: the name where the path has none.
function nameOf(url: URL): string {
  const last = url.pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last) || url.hostname;
  } catch {
    return last;
  }
}
