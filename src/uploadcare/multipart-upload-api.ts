import { bodyDeadline } from '../core/body-deadline.ts';
import { afterEffect, ClassifiedError } from '../core/failure.ts';
import type { FileUuid } from '../core/file-uuid.ts';
import type { ByteBody } from '../core/world.ts';
import type { ApiRequest, Send, SendPermit } from '../transport/send.ts';
import { splitPartUrl } from './part-url.ts';
import {
  getUpload,
  postForm,
  postHarmlessForm,
  settingFields,
  type UploadDependencies,
  type UploadSettings,
} from './upload-calls.ts';
import {
  type MultipartStart,
  parseMultipartStart,
  parseUploadedFile,
  type UploadedFile,
} from './wire/uploaded-answer.ts';

/** Minimum size in bytes of a file that is uploaded in parts (docs/uploadcare-api.md 11.3). */
export const MIN_MULTIPART_BYTES = 10_485_760;
/**
 * Size of a part in bytes: Uploadcare's default and minimum. All parts except the last have the same size.
 */
export const PART_BYTES = 5_242_880;
/**
 * Time in ms for which the URL of a part is valid. Each URL in recorded traffic has this time as its
 * `X-Amz-Expires`.
 */
export const PART_URL_LIFETIME_MS = 86_400_000;

/** Describes the file in the request that starts an upload in parts. */
interface MultipartFile {
  readonly filename: string;
  readonly contentType: string;
  /** Size of the file in bytes, at least `MIN_MULTIPART_BYTES`. */
  readonly size: number;
  /** Size of a part in bytes, at most 5 GiB. The default is `PART_BYTES`. */
  readonly partSize?: number;
}

interface UploadPart {
  /** The URL of this part from the answer to `start`. */
  readonly url: string;
  readonly contentType: string;
  readonly bytes: ByteBody;
}

/** The endpoints below `/multipart/` (docs/uploadcare-api.md 11.3). */
export interface MultipartUploadApi {
  /**
   * Starts an upload and returns the URLs for its parts. If the same request is sent again, the service
   * starts another upload. That does no harm, because nobody can see an upload before it is completed. So
   * ucbulk sends this request without recording it in the run's database before.
   */
  start(
    file: MultipartFile,
    settings: UploadSettings,
    signal: AbortSignal,
  ): Promise<MultipartStart>;
  /**
   * Uploads one part. Parts can be sent in any order and in parallel. If a part is sent again, it replaces
   * the earlier one. If the URL of the part has expired, fails with the code `part_refused`.
   */
  putPart(part: UploadPart, signal: AbortSignal): Promise<void>;
  /** Completes an upload. If it was already completed, returns its file, so this call can be repeated. */
  complete(uuid: FileUuid, permit: SendPermit): Promise<UploadedFile>;
}

/** The objects that uploads in parts need, in addition to those for the Upload API. */
export interface PartDependencies {
  /**
   * Sends a part to the storage that receives parts. The storage is not an Uploadcare API, and has its own
   * rate limit.
   */
  readonly sendPart: Send;
  /** The origin of the Upload API. URLs for parts may have this origin too. */
  readonly origin: string;
  /** Hosts to which the user allows ucbulk to send parts, in addition to Uploadcare's known hosts. */
  readonly partHosts?: readonly string[];
}

export function createMultipartUploadApi(
  deps: UploadDependencies,
  { sendPart, origin, partHosts = [] }: PartDependencies,
): MultipartUploadApi {
  return {
    start: (file, settings, signal) => start(deps, { file, settings }, signal),
    async putPart({ url, contentType, bytes }, signal) {
      await sendPart({
        method: 'PUT',
        ...splitPartUrl(url, { apiOrigin: origin, hosts: partHosts }),
        payload: { contentType, bytes },
        mutates: false,
        deadlineMs: bodyDeadline(bytes.size),
        signal,
      });
    },
    complete: (uuid, permit) => complete(deps, uuid, permit),
  };
}

async function start(
  deps: UploadDependencies,
  { file, settings }: { readonly file: MultipartFile; readonly settings: UploadSettings },
  signal: AbortSignal,
): Promise<MultipartStart> {
  const partSize = file.partSize ?? PART_BYTES;
  const form = {
    path: '/multipart/start/',
    keyField: 'UPLOADCARE_PUB_KEY',
    fields: [
      ['filename', file.filename],
      ['size', String(file.size)],
      ['content_type', file.contentType],
      ['part_size', String(partSize)],
      ...settingFields(settings, 'UPLOADCARE_STORE'),
    ],
    isSigned: true,
  } as const;
  const { request, response } = await postHarmlessForm(deps, form, signal);
  const started = parseMultipartStart(request, response);
  const expected = Math.ceil(file.size / partSize);
  if (started.parts.length === expected) return started;
  const { status } = response;
  throw wrongParts(request, { status, got: started.parts.length, expected });
}

/**
 * Returns the error for an answer with a wrong number of part URLs. The error causes a retry, which starts
 * another upload. The first upload stays in the service, but nobody can see it.
 */
function wrongParts(
  request: ApiRequest,
  { status, got, expected }: { status: number; got: number; expected: number },
) {
  return new ClassifiedError({
    kind: 'transient',
    effect: 'none',
    code: 'bad_answer',
    status,
    message: `${request.method} ${request.target}: ${got} part URLs, expected ${expected}`,
  });
}

async function complete(
  deps: UploadDependencies,
  uuid: FileUuid,
  permit: SendPermit,
): Promise<UploadedFile> {
  const form = {
    path: '/multipart/complete/',
    keyField: 'UPLOADCARE_PUB_KEY',
    fields: [['uuid', uuid]],
    isSigned: false,
  } as const;
  try {
    const { request, response } = await postForm(deps, form, permit);
    return parseUploadedFile(request, response);
  } catch (error) {
    const isDone = error instanceof ClassifiedError && error.code === 'already_uploaded';
    if (!isDone) throw error;
    const lookup = { path: '/info/', query: { file_id: uuid }, withKey: true };
    try {
      const { request, response } = await getUpload(deps, lookup, permit.signal);
      return parseUploadedFile(request, response);
    } catch (lookupError) {
      throw afterEffect(lookupError);
    }
  }
}
