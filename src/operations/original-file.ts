import { ClassifiedError } from '../core/failure.ts';
import type { FileUuid } from '../core/file-uuid.ts';
import type { Item } from '../core/item.ts';
import { isJsonObject, type JsonObject, texts } from '../core/json.ts';
import { parseUrl } from '../core/parse-url.ts';
import type { FilesApi } from '../uploadcare/files-api.ts';
import type { FileDetails } from '../uploadcare/wire/file-details.ts';
import { itemUuid } from './item-uuid.ts';

/** A file of the project whose bytes can be read from the CDN. */
export interface OriginalFile {
  readonly uuid: FileUuid;
  readonly filename: string;
  /** Size in bytes. */
  readonly size: number;
  readonly mimeType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly url: string;
  /** All facts about the file. Null if they come from a listing, which does not have the results of add-ons. */
  readonly details: FileDetails | null;
}

/** Reads a range of a file from the CDN. Rejects with a `ClassifiedError`. */
export type ReadOriginal = (
  url: string,
  /** `size`: size of the whole file. */
  range: { readonly from: number; readonly length: number; readonly size: number },
  signal: AbortSignal,
) => Promise<Buffer>;

/** Hosts of Uploadcare's CDN: those for all projects, and those whose names begin with the prefix of a project. */
const SERVICE_HOST = /^(?:[a-z0-9-]+\.)*(?:ucarecdn\.com|ucarecd\.net)$/;

const OCTETS = 'application/octet-stream';

/**
 * Finds the file of an item: in the facts of the listing if they are enough, else with one request. Null if the project
 * does not have the file any more. `cdn` is the address that the job names. `needsDetails`: also reads the results of
 * add-ons, which no listing has.
 */
export async function findOriginal(
  files: Pick<FilesApi, 'fileDetails'>,
  item: Item,
  {
    cdn,
    needsDetails,
    signal,
  }: { cdn: string | undefined; needsDetails: boolean; signal: AbortSignal },
): Promise<OriginalFile | null> {
  const uuid = itemUuid(item);
  const listed = needsDetails || item.file !== null ? null : item.details?.['file'];
  const known = isJsonObject(listed) ? fromListing(uuid, listed, cdn) : null;
  if (known !== null) return known;
  const asked = needsDetails ? { signal, extra: 'appdata' as const } : { signal };
  const details = await files.fileDetails(uuid, asked);
  if (details === null || details.removedAt !== null) return null;
  if (!details.isReady) throw notReady();
  return {
    uuid,
    filename: details.filename ?? '',
    size: details.size,
    mimeType: details.mimeType ?? OCTETS,
    metadata: details.metadata ?? {},
    url: originalUrl(uuid, details.originalFileUrl, cdn),
    details,
  };
}

function fromListing(
  uuid: FileUuid,
  { filename, size, mimeType, metadata, url, isReady }: JsonObject,
  cdn: string | undefined,
): OriginalFile | null {
  const hasAllFacts =
    typeof filename === 'string' &&
    typeof size === 'number' &&
    typeof mimeType === 'string' &&
    typeof url === 'string' &&
    isReady === true;
  if (!hasAllFacts || !isJsonObject(metadata)) return null;
  return {
    uuid,
    filename,
    size,
    mimeType,
    metadata: texts(metadata),
    url: originalUrl(uuid, url, cdn),
    details: null,
  };
}

/** The URL of the original. ucbulk reads only from hosts of the service and from the one that the job names. */
function originalUrl(uuid: FileUuid, given: string | null, cdn: string | undefined): string {
  if (cdn !== undefined) return `${cdn}/${uuid}/`;
  if (given === null) throw notReady();
  const url = parseUrl(given);
  if (url?.protocol === 'https:' && SERVICE_HOST.test(url.hostname)) return given;
  throw refused(
    'unknown_cdn',
    `The file's URL leads to ${url?.origin ?? 'no host'}, which is no host of Uploadcare. If this is the CDN of your project, add \`cdn: ${url?.origin ?? 'https://…'}\` to the options of the step, and start a new run of the job`,
  );
}

function notReady(): ClassifiedError {
  return refused(
    'not_ready',
    'The service is still processing the file, so it has no URL yet. Retry the item later',
  );
}

function refused(code: string, message: string): ClassifiedError {
  return new ClassifiedError({ kind: 'permanent', effect: 'none', code, message });
}
