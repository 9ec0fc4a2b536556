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
  type UploadPorts,
  type UploadSettings,
  uploadDeadline,
} from './upload-calls.ts';
import {
  type MultipartStart,
  parseMultipartStart,
  parseUploadedFile,
  type UploadedFile,
} from './wire/uploaded-answer.ts';

/** Smaller files are refused here, bytes (api 11.3). */
export const MIN_MULTIPART_BYTES = 10_485_760;
/** The service's default and least size of a part, bytes; every part but the last has the same size. */
export const PART_BYTES = 5_242_880;
/** How long the URLs of the parts serve, ms: `X-Amz-Expires` of all recorded ones. */
export const PART_URL_LIFETIME_MS = 86_400_000;

/** What is told of a file before its parts. */
interface MultipartFile {
  readonly filename: string;
  readonly contentType: string;
  /** Bytes; at least `MIN_MULTIPART_BYTES`. */
  readonly size: number;
  /** `PART_BYTES` where absent; at most 5 GiB. */
  readonly partSize?: number;
}

/** One part of an upload. */
interface UploadPart {
  /** As the start gave it. */
  readonly url: string;
  readonly contentType: string;
  readonly bytes: ByteBody;
}

/** `/multipart/` (api 11.3). */
export interface MultipartUploadApi {
  /** Every repeat begins another upload. One that is not completed shows nowhere, so none needs an intent. */
  start(
    file: MultipartFile,
    settings: UploadSettings,
    signal: AbortSignal,
  ): Promise<MultipartStart>;
  /** In any order, several at once; a repeat replaces the part. Fails as `part_refused` once its URL has expired. */
  putPart(part: UploadPart, signal: AbortSignal): Promise<void>;
  /** Safe to repeat: an upload that was completed before is asked for. */
  complete(uuid: FileUuid, permit: SendPermit): Promise<UploadedFile>;
}

/** What the parts need beside the Upload API. */
export interface PartPorts {
  /** Over the storage of the parts, which is no API and has a gate of its own. */
  readonly sendPart: Send;
  /** The Upload API's origin: parts may go there. */
  readonly origin: string;
  /** Storage hosts that the user named, beside the known ones. */
  readonly partHosts?: readonly string[];
}

/** The endpoints for files in parts. */
export function createMultipartUploadApi(
  ports: UploadPorts,
  { sendPart, origin, partHosts = [] }: PartPorts,
): MultipartUploadApi {
  return {
    start: (file, settings, signal) => start(ports, { file, settings }, signal),
    async putPart({ url, contentType, bytes }, signal) {
      await sendPart({
        method: 'PUT',
        ...splitPartUrl(url, { apiOrigin: origin, hosts: partHosts }),
        payload: { contentType, bytes },
        mutates: false,
        lane: 'mutate',
        deadlineMs: uploadDeadline(bytes.size),
        signal,
      });
    },
    complete: (uuid, permit) => complete(ports, uuid, permit),
  };
}

async function start(
  ports: UploadPorts,
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
  const { request, response } = await postHarmlessForm(ports, form, signal);
  const started = parseMultipartStart(request, response);
  const expected = Math.ceil(file.size / partSize);
  if (started.parts.length === expected) return started;
  const { status } = response;
  throw wrongParts(request, { status, got: started.parts.length, expected });
}

/** The upload was begun, yet shows nowhere: it is begun anew. */
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
  ports: UploadPorts,
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
    const { request, response } = await postForm(ports, form, permit);
    return parseUploadedFile(request, response);
  } catch (error) {
    const isDone = error instanceof ClassifiedError && error.code === 'already_uploaded';
    if (!isDone) throw error;
    const asked = { path: '/info/', query: { file_id: uuid }, withKey: true };
    try {
      const { request, response } = await getUpload(ports, asked, permit.signal);
      return parseUploadedFile(request, response);
    } catch (failedLook) {
      throw afterEffect(failedLook);
    }
  }
}
