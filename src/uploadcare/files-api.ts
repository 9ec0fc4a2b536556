import type { FileFacts } from '../core/file-facts.ts';
import type { FileUuid } from '../core/file-uuid.ts';
import type { ApiRequest, Send, SendPermit } from '../transport/send.ts';
import { checkCursor, firstPageTarget, type ListQuery } from './list-cursor.ts';
import { nullIfMissing } from './null-if-missing.ts';
import { type BatchAnswer, parseBatchAnswer } from './wire/batch-answer.ts';
import {
  type LocalCopyAnswer,
  parseLocalCopyAnswer,
  parseRemoteCopyAnswer,
  type RemoteCopyAnswer,
} from './wire/copy-answer.ts';
import { type FileDetails, parseFileDetails, parseFileWithAppData } from './wire/file-details.ts';
import { parseFileInfo, parsePage } from './wire/file-info.ts';

/** The service's limit for one batch request. */
const MAX_BATCH = 100;

const COPY_DEADLINE_MS = 5 * 60_000; // the call is synchronous, and a file may be 5 GB

/** One page of the listing. */
interface FilePage {
  readonly files: readonly FileFacts[];
  /** Path and query of the next page, checked and verbatim; null on the last page. */
  readonly next: string | null;
  /** Number of files in the whole listing, by a counter that may be wrong; null if unknown. */
  readonly total: number | null;
}

/** The start of a listing: its first page, or the `next` of another page. */
export type PageStart = { readonly query: ListQuery } | { readonly cursor: string };

/** Options of a remote copy (api 3.7). */
interface RemoteCopyOptions {
  readonly source: FileUuid;
  /** Name of the storage in the project's settings. */
  readonly target: string;
  readonly pattern: string;
  readonly makePublic: boolean;
}

/** Options of a copy within the project (api 3.6). */
interface LocalCopyOptions {
  /** A UUID, with or without operations (`<uuid>/-/resize/x600/`), or a CDN URL. */
  readonly source: string;
  readonly store: boolean;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Additional fields of a file; `rekognition` exists in v0.6 only. */
type FileExtra = 'appdata' | 'rekognition';

/** `/files/` and the endpoints below it. */
export interface FilesApi {
  listPage(start: PageStart, signal: AbortSignal): Promise<FilePage>;
  /** null if the project does not have the file. Removed files still have an answer. */
  fileInfo(uuid: FileUuid, signal: AbortSignal): Promise<FileFacts | null>;
  /** All details that the service returns; null like `fileInfo`. */
  fileDetails(
    uuid: FileUuid,
    asked: { readonly extra?: FileExtra; readonly signal: AbortSignal },
  ): Promise<FileDetails | null>;
  /** At most `MAX_BATCH` unique UUIDs. */
  storeBatch(uuids: readonly FileUuid[], permit: SendPermit): Promise<BatchAnswer>;
  /** At most `MAX_BATCH` unique UUIDs. */
  deleteBatch(uuids: readonly FileUuid[], permit: SendPermit): Promise<BatchAnswer>;
  remoteCopy(options: RemoteCopyOptions, permit: SendPermit): Promise<RemoteCopyAnswer>;
  /** Every repeat makes another file. */
  localCopy(options: LocalCopyOptions, permit: SendPermit): Promise<LocalCopyAnswer>;
}

/** Makes the file endpoints for one transport. */
export function createFilesApi(send: Send, origin: string): FilesApi {
  return {
    listPage: (start, signal) => listPage(send, { start, origin, signal }),
    fileInfo: (uuid, signal) => fileInfo(send, uuid, signal),
    fileDetails: (uuid, asked) => fileDetails(send, uuid, asked),
    storeBatch: (uuids, permit) => sendBatch(send, { method: 'PUT', uuids }, permit),
    deleteBatch: (uuids, permit) => sendBatch(send, { method: 'DELETE', uuids }, permit),
    remoteCopy: (options, permit) => remoteCopy(send, options, permit),
    localCopy: (options, permit) => localCopy(send, options, permit),
  };
}

interface PageRequest {
  readonly start: PageStart;
  readonly origin: string;
  readonly signal: AbortSignal;
}

async function listPage(send: Send, { start, origin, signal }: PageRequest): Promise<FilePage> {
  const target =
    'query' in start ? firstPageTarget(start.query) : checkCursor(start.cursor, origin);
  const request = { method: 'GET', target, mutates: false, signal } as const;
  const page = parsePage(request, await send(request));
  return {
    files: page.files,
    total: page.total,
    next: page.next === null ? null : checkCursor(page.next, origin),
  };
}

async function fileInfo(
  send: Send,
  uuid: FileUuid,
  signal: AbortSignal,
): Promise<FileFacts | null> {
  const target = `/files/${uuid}/`;
  const request = { method: 'GET', target, mutates: false, signal } as const;
  const response = await nullIfMissing(send(request));
  return response === null ? null : parseFileInfo(request, response);
}

const EXTRAS: Readonly<Record<FileExtra, string>> = {
  appdata: '?include=appdata',
  rekognition: '?add_fields=rekognition_info',
};

async function fileDetails(
  send: Send,
  uuid: FileUuid,
  { extra, signal }: { readonly extra?: FileExtra; readonly signal: AbortSignal },
): Promise<FileDetails | null> {
  const target = `/files/${uuid}/${extra === undefined ? '' : EXTRAS[extra]}`;
  const request = { method: 'GET', target, mutates: false, signal } as const;
  const response = await nullIfMissing(send(request));
  if (response === null) return null;
  return extra === 'appdata'
    ? parseFileWithAppData(request, response)
    : parseFileDetails(request, response);
}

interface Batch {
  readonly method: 'PUT' | 'DELETE';
  readonly uuids: readonly FileUuid[];
}

async function sendBatch(
  send: Send,
  { method, uuids }: Batch,
  permit: SendPermit,
): Promise<BatchAnswer> {
  if (uuids.length === 0 || uuids.length > MAX_BATCH) {
    throw new Error(`Expected 1 to ${MAX_BATCH} UUIDs for one batch, got ${uuids.length}`);
  }
  const request: ApiRequest = {
    method,
    target: '/files/storage/',
    body: [...uuids],
    mutates: true,
    ...permit,
  };
  return parseBatchAnswer(request, await send(request));
}

async function remoteCopy(
  send: Send,
  { source, target, pattern, makePublic }: RemoteCopyOptions,
  permit: SendPermit,
): Promise<RemoteCopyAnswer> {
  const request: ApiRequest = {
    method: 'POST',
    target: '/files/remote_copy/',
    body: { source, target, pattern, make_public: makePublic },
    mutates: true,
    deadlineMs: COPY_DEADLINE_MS,
    ...permit,
  };
  return parseRemoteCopyAnswer(request, await send(request));
}

async function localCopy(
  send: Send,
  { source, store, metadata }: LocalCopyOptions,
  permit: SendPermit,
): Promise<LocalCopyAnswer> {
  const request: ApiRequest = {
    method: 'POST',
    target: '/files/local_copy/',
    body: { source, store, ...(metadata === undefined ? {} : { metadata: { ...metadata } }) },
    mutates: true,
    deadlineMs: COPY_DEADLINE_MS,
    ...permit,
  };
  return parseLocalCopyAnswer(request, await send(request));
}
