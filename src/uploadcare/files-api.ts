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
import {
  type FileDetails,
  type FileWithAppData,
  parseFileDetails,
  parseFileWithAppData,
  parsePageWithAppData,
} from './wire/file-details.ts';
import { type ListedPage, parseFileInfo, parsePage } from './wire/file-info.ts';
import { readBatch, readPage } from './wire/read-files.ts';
import { sendAndRead } from './wire/send-and-read.ts';

/** Maximum number of files in one batch request; this is a limit of Uploadcare. */
const MAX_BATCH = 100;

// Time limit of a copy. The service answers only after it has copied the file, which may have 5 GB.
const COPY_DEADLINE_MS = 5 * 60_000;

/** One page of the list of files. */
export interface FilePage<File extends FileFacts = FileFacts> {
  readonly files: readonly File[];
  /**
   * Path and query of the next page, exactly as the service sent them, but checked. null on the last page.
   */
  readonly next: string | null;
  /**
   * The number of files in the whole list, according to a counter of the service that may be wrong. null if
   * the answer contains no number.
   */
  readonly total: number | null;
}

/** Where to start reading the list of files: the parameters for the first page, or the `next` of a page. */
export type PageStart = { readonly query: ListQuery } | { readonly cursor: string };

/** Options of a copy to a storage outside of Uploadcare (docs/uploadcare-api.md 3.7). */
interface RemoteCopyOptions {
  readonly source: FileUuid;
  /** The name that the project's settings give to the storage. */
  readonly target: string;
  readonly pattern: string;
  readonly makePublic: boolean;
}

/** Options of a copy within the project (docs/uploadcare-api.md 3.6). */
interface LocalCopyOptions {
  /** A CDN URL or a UUID, with or without image operations: `<uuid>/-/resize/x600/`. */
  readonly source: string;
  readonly store: boolean;
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Fields that the service adds to a file on request: the results of add-ons. `rekognition` exists only in
 * version 0.6 of the REST API.
 */
type FileExtra = 'appdata' | 'rekognition';

/** The endpoints `/files/` and below it. */
export interface FilesApi {
  listPage(start: PageStart, signal: AbortSignal): Promise<FilePage>;
  /** Lists a page of files together with the results that add-ons have stored with them. */
  listPageWithAppData(start: PageStart, signal: AbortSignal): Promise<FilePage<FileWithAppData>>;
  /**
   * Returns null if the project does not contain the file. The service still returns a file that was removed.
   */
  fileInfo(uuid: FileUuid, signal: AbortSignal): Promise<FileFacts | null>;
  /** Returns all fields of a file, or null if the project does not contain it. */
  fileDetails(
    uuid: FileUuid,
    asked: { readonly extra?: FileExtra; readonly signal: AbortSignal },
  ): Promise<FileDetails | null>;
  /** Stores at most `MAX_BATCH` files; each UUID must occur once. */
  storeBatch(uuids: readonly FileUuid[], permit: SendPermit): Promise<BatchAnswer>;
  /** Deletes at most `MAX_BATCH` files; each UUID must occur once. */
  deleteBatch(uuids: readonly FileUuid[], permit: SendPermit): Promise<BatchAnswer>;
  remoteCopy(options: RemoteCopyOptions, permit: SendPermit): Promise<RemoteCopyAnswer>;
  /** Copies a file within the project. If the same request is sent again, the service makes another file. */
  localCopy(options: LocalCopyOptions, permit: SendPermit): Promise<LocalCopyAnswer>;
}

export function createFilesApi(send: Send, origin: string): FilesApi {
  return {
    listPage: (start, signal) => listPage(send, { start, origin, signal }),
    listPageWithAppData: (start, signal) => listPageWithAppData(send, { start, origin, signal }),
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

async function listPage(send: Send, asked: PageRequest): Promise<FilePage> {
  const request = listRequest(asked);
  const page = await sendAndRead(send, request, { read: readPage, parse: parsePage });
  return withCheckedCursor(page, asked);
}

async function listPageWithAppData(
  send: Send,
  { start, ...asked }: PageRequest,
): Promise<FilePage<FileWithAppData>> {
  const extended =
    'query' in start ? { query: { ...start.query, include: 'appdata' as const } } : start;
  const request = listRequest({ start: extended, ...asked });
  return withCheckedCursor(parsePageWithAppData(request, await send(request)), asked);
}

function listRequest({ start, origin, signal }: PageRequest) {
  const target =
    'query' in start ? firstPageTarget(start.query) : checkCursor(start.cursor, origin);
  return { method: 'GET', target, mutates: false, signal } as const;
}

function withCheckedCursor<File extends FileFacts>(
  page: ListedPage<File>,
  { origin }: Pick<PageRequest, 'origin'>,
): FilePage<File> {
  return { ...page, next: page.next === null ? null : checkCursor(page.next, origin) };
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
  return sendAndRead(send, request, { read: readBatch, parse: parseBatchAnswer });
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
