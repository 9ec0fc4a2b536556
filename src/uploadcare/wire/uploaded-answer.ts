import { z } from 'zod';
import type { FileUuid } from '../../core/file-uuid.ts';
import type { GroupId } from '../../core/group-id.ts';
import type { ApiResponse } from '../../transport/send.ts';
import { type AskedRequest, checkAnswer } from './check-answer.ts';
import { fileUuid } from './file-uuid-field.ts';
import { groupId } from './group-id-field.ts';
import { timestamp } from './timestamp.ts';

/** A file as the Upload API tells of it: without dates (api 11.1). */
export interface UploadedFile {
  readonly uuid: FileUuid;
  readonly filename: string;
  /** Bytes; null where it was not told. */
  readonly size: number | null;
  readonly mimeType: string;
  readonly isStored: boolean | null;
  readonly isReady: boolean | null;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A group as the Upload API tells of it; null in the place of a file that was purged. */
export interface UploadedGroup {
  readonly id: GroupId;
  /** Ms since 1970. */
  readonly createdAt: number | null;
  readonly filesCount: number;
  readonly files: readonly (UploadedFile | null)[];
}

/** An upload in parts: its URLs in order, which serve for a day. */
export interface MultipartStart {
  readonly uuid: FileUuid;
  readonly parts: readonly string[];
}

/** No more than the UUID is needed: an odd field elsewhere must not put a made file in doubt. */
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

/** The answer of `GET /info/` and `POST /multipart/complete/`. */
export function parseUploadedFile(request: AskedRequest, response: ApiResponse): UploadedFile {
  return checkAnswer(uploadedFile, request, response);
}

/** The answer of `POST /group/` and `GET /group/info/`. */
export function parseUploadedGroup(request: AskedRequest, response: ApiResponse): UploadedGroup {
  return checkAnswer(uploadedGroup, request, response);
}

/** The answer of `POST /multipart/start/`. */
export function parseMultipartStart(request: AskedRequest, response: ApiResponse): MultipartStart {
  return checkAnswer(multipartStart, request, response);
}

/** The answer of `POST /base/`: UUIDs by the names of the form's files. */
export function parseDirectUpload(
  request: AskedRequest,
  response: ApiResponse,
): ReadonlyMap<string, FileUuid> {
  return new Map(Object.entries(checkAnswer(directUpload, request, response)));
}
