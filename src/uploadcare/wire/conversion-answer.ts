import * as z from 'zod';
import type { FileUuid } from '../../core/file-uuid.ts';
import type { GroupId } from '../../core/group-id.ts';
import type { ApiResponse } from '../../transport/send.ts';
import { checkAnswer, type RequestInfo } from './check-answer.ts';
import { fileUuid } from './file-uuid-field.ts';
import { groupId } from './group-id-field.ts';

/** A conversion that the service has started. */
export interface StartedConversion {
  /** The path of the conversion, as the service writes it. */
  readonly source: string;
  /**
   * Identifies the conversion in requests for its status. The service sends a number; ucbulk keeps its digits
   * as a text.
   */
  readonly token: string;
  /** The new file. It exists immediately, but its content is ready only when the conversion has finished. */
  readonly uuid: FileUuid;
  /** The group that contains the thumbnails of a video; null if there are none. */
  readonly thumbnailsGroup: GroupId | null;
}

/** The results of all paths in one request. */
export interface ConversionAnswer {
  readonly started: readonly StartedConversion[];
  /** The reason for each path that was refused. The key is the path, as the service writes it. */
  readonly problems: ReadonlyMap<string, string>;
}

/**
 * The status of a conversion. `uuid` has a value from the start, so it does not show that the conversion
 * succeeded.
 */
export interface ConversionStatus {
  readonly state: 'pending' | 'processing' | 'finished' | 'failed' | 'canceled';
  readonly error: string | null;
  readonly uuid: FileUuid | null;
  readonly thumbnailsGroup: GroupId | null;
}

/** The formats to which a document can be converted, and the groups that contain images of its pages. */
export interface DocumentInfo {
  readonly format: string | null;
  readonly formats: readonly string[];
  /** The id of the group for each image format, such as `jpg`. */
  readonly groups: ReadonlyMap<string, GroupId>;
  readonly error: string | null;
}

const token = z.union([z.int().min(0), z.string().regex(/^\d{1,30}$/)]).transform(String);

const conversionAnswer = z
  .object({
    result: z.array(
      z.object({
        original_source: z.string(),
        token,
        uuid: fileUuid,
        thumbnails_group_uuid: groupId.nullish(),
      }),
    ),
    problems: z.record(z.string(), z.string()).nullish(),
  })
  .transform(
    ({ result, problems }): ConversionAnswer => ({
      started: result.map((one) => ({
        source: one.original_source,
        token: one.token,
        uuid: one.uuid,
        thumbnailsGroup: one.thumbnails_group_uuid ?? null,
      })),
      problems: new Map(Object.entries(problems ?? {})),
    }),
  );

const conversionStatus = z
  .object({
    status: z.enum(['pending', 'processing', 'finished', 'failed', 'cancelled', 'canceled']),
    error: z.string().nullish(),
    result: z
      .object({ uuid: fileUuid.nullish(), thumbnails_group_uuid: groupId.nullish() })
      .nullish(),
  })
  .transform(
    ({ status, error, result }): ConversionStatus => ({
      state: status === 'cancelled' ? 'canceled' : status,
      error: error ?? null,
      uuid: result?.uuid ?? null,
      thumbnailsGroup: result?.thumbnails_group_uuid ?? null,
    }),
  );

const groups = z.record(z.string(), groupId).nullish();

/**
 * Real answers have `converted_groups` inside `format`. Uploadcare's documentation shows it beside `format`
 * (docs/uploadcare-api.md 7.3).
 */
const documentInfo = z
  .object({
    error: z.string().nullish(),
    format: z
      .object({
        name: z.string().nullish(),
        conversion_formats: z.array(z.object({ name: z.string() })).nullish(),
        converted_groups: groups,
      })
      .nullish(),
    converted_groups: groups,
  })
  // If the answer to a conversion was lost, ucbulk checks here if the conversion made a group. It must not
  // read an empty answer as "no group exists": it could then convert again, and the user would pay twice.
  .refine(({ error, format }) => typeof error === 'string' || format != null, {
    error: 'neither a format nor an error',
  })
  .transform(
    ({ error, format, converted_groups }): DocumentInfo => ({
      format: format?.name ?? null,
      formats: (format?.conversion_formats ?? []).map(({ name }) => name),
      groups: new Map([
        ...Object.entries(converted_groups ?? {}),
        ...Object.entries(format?.converted_groups ?? {}),
      ]),
      error: error ?? null,
    }),
  );

/** Parses the answer to `POST /convert/{document,video}/`. */
export function parseConversionAnswer(
  request: RequestInfo,
  response: ApiResponse,
): ConversionAnswer {
  return checkAnswer(conversionAnswer, request, response);
}

/** Parses the answer to `GET /convert/{document,video}/status/{token}/`. */
export function parseConversionStatus(
  request: RequestInfo,
  response: ApiResponse,
): ConversionStatus {
  return checkAnswer(conversionStatus, request, response);
}

/** Parses the answer to `GET /convert/document/{uuid}/`. */
export function parseDocumentInfo(request: RequestInfo, response: ApiResponse): DocumentInfo {
  return checkAnswer(documentInfo, request, response);
}
