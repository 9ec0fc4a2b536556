import { createHash } from 'node:crypto';
import { parseCdnPath } from '../cdn/cdn-path.ts';
import { findAnywhere, servedFile } from '../cdn/find-file.ts';
import { generatedOriginal } from '../media/generated-original.ts';
import { mimeTypeOfName } from '../media/mime-types.ts';
import { servesProject } from '../project/service-origins.ts';
import { UploadRefusal } from '../protocol/upload-refusal.ts';
import { isS3Path } from '../s3/s3-request.ts';
import { isPrivateHost } from './check-source-url.ts';
import type { UrlSource } from './registered-urls.ts';
import type { UploadService } from './upload-service.ts';

/** The result of fetching a URL: the file and its headers, or an error status. */
export interface FetchedSource {
  readonly name: string;
  readonly mimeType: string | undefined;
  readonly size: number;
  readonly isLengthUnknown: boolean;
  /** How long the download takes, in ms. Undefined means the default of the emulator's options. */
  readonly takesMs: number | undefined;
  /** 200 if the import succeeds; otherwise the HTTP status with which it fails. */
  readonly status: number;
  /** Returns the bytes of the file. They are created only when this function is called. */
  readonly bytes: () => Buffer;
  /** True if the URL belongs to an object in a bucket and has a signature. */
  readonly isPresigned?: boolean;
  /**
   * Fetches the URL at this time, in microseconds since 1970. Undefined if the file does not depend on the time
   * of the download.
   */
  readonly fetchAt?: (at: number) => FetchedSource;
}

const GENERATED_BYTES = 4096;

/**
 * Finds the file at a URL without using a network: in the emulator's own CDN, or among the registered URLs.
 * Like the service, it refuses other addresses of this machine and of private networks.
 */
export function resolveSource(
  service: UploadService,
  url: URL,
  ownOrigins: readonly string[],
): FetchedSource {
  if (ownOrigins.includes(url.origin) && isS3Path(url.pathname)) return bucketSource(service, url);
  const own = ownOrigins.includes(url.origin) ? ownFile(service, url) : undefined;
  if (own !== undefined) return own;
  const source = service.urls.find(url);
  if (source?.isBlacklisted) throw new UploadRefusal('URLBlacklistedError');
  if (source !== undefined) return registered(url, source);
  if (ownOrigins.includes(url.origin)) return notFound(url);
  if (isPrivateHost(url)) throw new UploadRefusal('URLHostPrivateIPForbiddenError');
  if (service.inventsUrls) return registered(url, {});
  if (service.urls.hasHost(url)) return notFound(url);
  throw new UploadRefusal('HostnameNotFoundError');
}

function ownFile(service: UploadService, url: URL): FetchedSource | undefined {
  const path = parseCdnPath(url.pathname);
  const found = path === undefined ? undefined : findAnywhere(service, path.uuid);
  if (path === undefined || found === undefined) return undefined;
  const { file, project } = found;
  const isServed = file.removedAt === null && file.isReady;
  if (!isServed || !servesProject(url.host, project.publicKey)) return undefined;
  const served = servedFile(service, found, path);
  const { bytes, mimeType } =
    served.status === 200 ? served : { bytes: Buffer.alloc(0), mimeType: undefined };
  return {
    name: file.name,
    mimeType,
    size: bytes.length,
    isLengthUnknown: false,
    takesMs: undefined,
    status: served.status,
    bytes: () => bytes,
  };
}

// An object in a bucket of the emulator. The bucket checks signature and expiry when the download begins.
function bucketSource(service: UploadService, url: URL): FetchedSource {
  const fetchAt = (at: number): FetchedSource => {
    const { status, headers, body, fault } = service.s3.download(url, at / 1000);
    const bytes = Buffer.from(body);
    return {
      ...notFound(url),
      isPresigned: true,
      name: dispositionName(headers['content-disposition']) ?? fileNameFromUrl(url),
      mimeType: headers['content-type'],
      size: bytes.length,
      // A lost connection has no status. The import ends as after an error of the server.
      status: fault === undefined ? status : 503,
      bytes: () => bytes,
    };
  };
  return { ...notFound(url), status: 200, fetchAt };
}

function dispositionName(header: string | undefined): string | undefined {
  const encoded = /filename\*=utf-8''([^;\s]+)/i.exec(header ?? '')?.[1];
  if (encoded !== undefined) return decodeURIComponent(encoded);
  return /filename="([^"]+)"/i.exec(header ?? '')?.[1];
}

function registered(url: URL, source: UrlSource): FetchedSource {
  const name = source.name ?? fileNameFromUrl(url);
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

function notFound(url: URL): FetchedSource {
  return {
    name: fileNameFromUrl(url),
    mimeType: undefined,
    size: 0,
    isLengthUnknown: true,
    takesMs: undefined,
    status: 404,
    bytes: () => Buffer.alloc(0),
  };
}

// Takes the file name from the path of the URL. Assumption: if the path has none, the name is the host. No
// recording of the real service shows this case.
function fileNameFromUrl(url: URL): string {
  const last = url.pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last) || url.hostname;
  } catch {
    return last;
  }
}
