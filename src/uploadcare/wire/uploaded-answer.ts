import * as z from 'zod';
import type { FileUuid } from '../../core/file-uuid.ts';
import type { GroupId } from '../../core/group-id.ts';
import type { ApiResponse } from '../../transport/send.ts';
import { checkAnswer, type RequestInfo } from './check-answer.ts';
import { fileUuid } from './file-uuid-field.ts';
import { groupId } from './group-id-field.ts';
import { timestamp } from './timestamp.ts';

/** A file in an answer of the Upload API. This API sends no dates (docs/uploadcare-api.md 11.1). */
export interface UploadedFile {
  readonly uuid: FileUuid;
  readonly filename: string;
  /** Size in bytes; null if the answer does not contain it. */
  readonly size: number | null;
  readonly mimeType: string;
  readonly isStored: boolean | null;
  readonly isReady: boolean | null;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A group in an answer of the Upload API. A file is null if the service no longer has it. */
export interface UploadedGroup {
  readonly id: GroupId;
  /** Time in ms since 1970. */
  readonly createdAt: number | null;
  readonly filesCount: number;
  readonly files: readonly (UploadedFile | null)[];
}

/** An upload in parts that has started. The URLs are in the order of the parts, and are valid for one day. */
export interface MultipartStart {
  readonly uuid: FileUuid;
  readonly parts: readonly string[];
}

/**
 * Only the UUID is required. If an unexpected value in another field made the answer invalid, the result of
 * the upload would be unknown.
 */
export const uploadedFile = z
  .object({
    uuid: fileUuid,
    original_filename: z.string().nullish().catch(null),
    size: z.number().nullish().catch(null),
    mime_type: z.string().nullish().catch(null),
    is_stored: z.boolean().nullish().catch(null),
    is_ready: z.boolean().nullish().catch(null),
    metadata: z.record(z.string(), z.string()).nullish().catch(null),
  })
  .transform(
    (file): UploadedFile => ({
      uuid: file.uuid,
      filename: file.original_filename ?? '',
      size: file.size ?? null,
      mimeType: file.mime_type ?? '',
      isStored: file.is_stored ?? null,
      isReady: file.is_ready ?? null,
      metadata: file.metadata ?? {},
    }),
  );

const uploadedGroup = z
  .object({
    id: groupId,
    datetime_created: timestamp.nullish(),
    files_count: z.int().min(0),
    files: z.array(uploadedFile.nullable()).nullish(),
  })
  .transform(
    (group): UploadedGroup => ({
      id: group.id,
      createdAt: group.datetime_created ?? null,
      filesCount: group.files_count,
      files: group.files ?? [],
    }),
  );

const multipartStart = z.object({ uuid: fileUuid, parts: z.array(z.string()) });
const directUpload = z.record(z.string(), fileUuid);

/** Parses the answer to `GET /info/` and to `POST /multipart/complete/`. */
export function parseUploadedFile(request: RequestInfo, response: ApiResponse): UploadedFile {
  return checkAnswer(uploadedFile, request, response);
}

/** Parses the answer to `POST /group/` and to `GET /group/info/`. */
export function parseUploadedGroup(request: RequestInfo, response: ApiResponse): UploadedGroup {
  return checkAnswer(uploadedGroup, request, response);
}

/** Parses the answer to `POST /multipart/start/`. */
export function parseMultipartStart(request: RequestInfo, response: ApiResponse): MultipartStart {
  return checkAnswer(multipartStart, request, response);
}

/** Parses the answer to `POST /base/`. Returns the UUID of each file by its field name in the form. */
export function parseDirectUpload(
  request: RequestInfo,
  response: ApiResponse,
): ReadonlyMap<string, FileUuid> {
  return new Map(Object.entries(checkAnswer(directUpload, request, response)));
}
