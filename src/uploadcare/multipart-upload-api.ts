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
  uploadDeadline,
} from './upload-calls.ts';
import {
  type MultipartStart,
  parseMultipartStart,
  parseUploadedFile,
  type UploadedFile,
} from './wire/uploaded-answer.ts';

/** Minimum size of a multipart upload, bytes (api 11.3). */
export const MIN_MULTIPART_BYTES = 10_485_760;
/**
 * The service's default and minimum part size, bytes. All parts but the last have the same size.
 */
export const PART_BYTES = 5_242_880;
/** Lifetime of part URLs, ms: the `X-Amz-Expires` of all recorded ones. */
export const PART_URL_LIFETIME_MS = 86_400_000;

/** The description of a file that is sent before its parts. */
interface MultipartFile {
  readonly filename: string;
  readonly contentType: string;
  /** Bytes; at least `MIN_MULTIPART_BYTES`. */
  readonly size: number;
  /** Bytes; default `PART_BYTES`, at most 5 GiB. */
  readonly partSize?: number;
}

/** One part of an upload. */
interface UploadPart {
  /** The URL from the answer to `start`. */
  readonly url: string;
  readonly contentType: string;
  readonly bytes: ByteBody;
}

/** `/multipart/` (api 11.3). */
export interface MultipartUploadApi {
  /**
   * Starts an upload. Every repeat starts another one. Uncompleted uploads are invisible, so no
   * intent is needed.
   */
  start(
    file: MultipartFile,
    settings: UploadSettings,
    signal: AbortSignal,
  ): Promise<MultipartStart>;
  /**
   * Uploads a part, in any order and several at once. A repeat replaces the part. Fails as
   * `part_refused` after its URL has expired.
   */
  putPart(part: UploadPart, signal: AbortSignal): Promise<void>;
  /** Completes an upload. Safe to repeat: if it is already completed, its file is looked up. */
  complete(uuid: FileUuid, permit: SendPermit): Promise<UploadedFile>;
}

/** The dependencies of part uploads, in addition to the Upload API. */
export interface PartDependencies {
  /** Sends to the storage of the parts, which is not an API and has its own gate. */
  readonly sendPart: Send;
  /** The Upload API's origin, which may also receive parts. */
  readonly origin: string;
  /** Storage hosts that the user allowed, in addition to the known ones. */
  readonly partHosts?: readonly string[];
}

/** Makes the endpoints for uploads in parts. */
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
        deadlineMs: uploadDeadline(bytes.size),
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

/** The upload has started but is invisible, so it is simply started again. */
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
